"""POST /api: one signed envelope in, one envelope out."""

from dataclasses import dataclass
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send

from colonysdk.envelope import RequestEnvelope, decode_request, encode_reply
from colonysdk.errors import InvalidMessage, InvalidSignature
from colonysdk.freshness import read_stamp
from colonysdk.identity import recover_id
from colonysdk.messages import GetServerInfo, Message, parse_message
from colonyserver.access import Access, Caller
from colonyserver.errors import Forbidden, Refusal
from colonyserver.gateway.body import BodyReader, ClientGone, Content
from colonyserver.gateway.departure import Departure, departure_of
from colonyserver.gateway.metrics import Metrics
from colonyserver.gateway.replies import error_envelope, send_not_found, send_text
from colonyserver.gateway.seats import Seats
from colonyserver.handlers.registry import Handler, Reply, Request, encode, find_handler
from colonyserver.limits import Limits
from colonyserver.services.bundle import Services
from colonyserver.services.freshness import OFF

_log = structlog.get_logger(__name__)

_NOBODY = Caller("")
_MOST_BYTES_OF_STRANGERS = 1024 * 1024
"""Reading JSON can take many times its size; who has no place here shall not make the server do that."""


class RpcEndpoint:
    """Answers requests; each reply's HTTP status equals the status inside its envelope."""

    def __init__(self, services: Services, access: Access, metrics: Metrics, limits: Limits) -> None:
        self._services = services
        self._access = access
        self._metrics = metrics
        self._freshness = services.extensions.freshness
        self._parked = Seats("calls that wait", in_all=limits.polls, for_each=limits.polls_per_identity)
        self._bodies = BodyReader(limits.request_limit_bytes, limits.request_memory_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["method"] != "POST":
            await send_not_found(send)
            return
        try:
            async with self._bodies.read(scope, receive) as content:
                status, body = await self.answer(content, departure_of(scope))
        except ClientGone:
            return
        except Refusal as error:
            status, body = self._refused(error.status, error.message)
        await send_text(send, status, body)

    async def answer(self, content: Content, departure: Departure) -> tuple[int, bytes]:
        """The status and the body of the reply to a request; raises ClientGone when nobody waits for it any more."""
        payload_type = "unknown"
        try:
            opened = _open(decode_request(content.take()))
            payload_type = opened.handler.message_type.payload_type
            if opened.handler.parks:
                content.leave_room()
            reply = await self._handle(opened, departure)
            body = encode_reply(opened.handler.message_type.reply_payload_type, encode(reply))
        except ClientGone:
            raise
        except Refusal as error:
            return self._refused(error.status, error.message, payload_type)
        except InvalidMessage as error:
            return self._refused(400, str(error), payload_type)
        except InvalidSignature as error:
            return self._refused(403, str(error), payload_type)
        except Exception:  # noqa: BLE001 - the boundary: whatever went wrong, the client gets an envelope
            _log.exception("request failed", payload_type=payload_type)
            return self._refused(500, "The server failed to answer; its log says why", payload_type)
        self._metrics.count_reply(payload_type, 200)
        return 200, body

    def _refused(self, status: int, reason: str, payload_type: str = "unknown") -> tuple[int, bytes]:
        self._metrics.count_reply(payload_type, status)
        return status, error_envelope(status, reason)

    async def _handle(self, opened: "_Opened", departure: Departure) -> Reply:
        handler = opened.handler
        caller = await self._access.identify(opened.caller_id) if opened.caller_id else _NOBODY
        if caller.is_stranger and len(opened.message_json) > _MOST_BYTES_OF_STRANGERS:
            raise Refusal(
                f"Requests of more than {_MOST_BYTES_OF_STRANGERS} bytes are for owners and members of colonies",
                status=413,
            )
        policy = self._freshness.policy_for(caller)
        stamp = None if policy == OFF else read_stamp(opened.message_json)
        message = _parse(handler, opened.take_message())
        await handler.allow(self._access, caller, message)
        if policy != OFF:
            await self._freshness.check(caller, policy, stamp)
        self._note_sign_of_life(caller)
        request = Request(message, caller)
        if not handler.parks:
            return await handler.run(self._services, request)
        with self._parked.hold(), self._parked.hold_for(caller.id), departure:
            return await handler.run(self._services, request)

    def _note_sign_of_life(self, caller: Caller) -> None:
        for member in caller.members.values():
            if member.is_executor and member.approved:
                self._services.lifecycle.presence.heard(member.colony_name, member.name)


@dataclass(slots=True)
class _Opened:
    """An envelope that was opened; the caller's id is empty for the messages that need no signature."""

    handler: Handler
    caller_id: str
    message_json: bytes

    def take_message(self) -> bytes:
        """Hand the message over, so that no second reference keeps it in memory."""
        message_json, self.message_json = self.message_json, b""
        return message_json


def _open(envelope: RequestEnvelope) -> _Opened:
    handler = find_handler(envelope.payload_type)
    if handler is not None and not handler.message_type.signed:
        return _Opened(handler, "", _message_json(handler, envelope))
    caller_id = recover_id(envelope.payload, envelope.signature)
    if handler is None:
        raise Forbidden(_unknown_type(envelope.payload_type))
    return _Opened(handler, caller_id, _message_json(handler, envelope))


def _unknown_type(payload_type: str) -> str:
    if payload_type:
        return f"invalid rpcMsg.PayloadType: {payload_type}"
    return "invalid rpcMsg.PayloadType, it is empty; is the private key of the request set (COLONIES_PRVKEY)?"


def _message_json(handler: Handler, envelope: RequestEnvelope) -> bytes:
    # wire: the payload of this message is ignored altogether.
    if handler.message_type is GetServerInfo:
        return b'{"msgtype":"getserverinfomsg"}'
    try:
        return envelope.message_json()
    except InvalidMessage as error:
        raise InvalidMessage(f"Failed to {handler.action}, {error}") from None


def _parse(handler: Handler, message_json: bytes) -> Message[Any]:
    try:
        return parse_message(handler.message_type.payload_type, message_json)
    except InvalidMessage as error:
        raise InvalidMessage(f"Failed to {handler.action}, {error}") from None
