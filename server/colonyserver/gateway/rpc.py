"""POST /api: one signed envelope in, one envelope out, as a raw ASGI application."""

from typing import Any

import structlog
from starlette.types import Receive, Scope, Send

from colonysdk.envelope import RequestEnvelope, decode_request, encode_reply
from colonysdk.errors import InvalidMessage, InvalidSignature
from colonysdk.identity import recover_id
from colonysdk.messages import GetServerInfo, Message, parse_message
from colonyserver.access import Access, Caller
from colonyserver.errors import Forbidden, Refusal
from colonyserver.gateway.body import BodyReader, ClientGone
from colonyserver.gateway.departure import Departure
from colonyserver.gateway.metrics import Metrics
from colonyserver.gateway.replies import error_envelope, send_not_found, send_text
from colonyserver.handlers.registry import Handler, Reply, Request, encode, find_handler
from colonyserver.services.bundle import Services

_log = structlog.get_logger(__name__)

_NOBODY = Caller("")


class RpcEndpoint:
    """Answers requests; each reply's HTTP status equals the status inside its envelope."""

    def __init__(self, services: Services, access: Access, metrics: Metrics, request_limit_bytes: int) -> None:
        self._services = services
        self._access = access
        self._metrics = metrics
        self._bodies = BodyReader(request_limit_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["method"] != "POST":
            await send_not_found(send)
            return
        payload_type = "unknown"
        try:
            envelope = decode_request(await self._bodies.read(scope, receive))
            handler, caller_id = _open(envelope)
            payload_type = envelope.payload_type
            reply = await self._handle(handler, caller_id, envelope, receive)
            status, body = 200, encode_reply(handler.message_type.reply_payload_type, encode(reply))
        except ClientGone:
            return
        except Refusal as error:
            status, body = error.status, error_envelope(error.status, error.message)
        except InvalidMessage as error:
            status, body = 400, error_envelope(400, str(error))
        except InvalidSignature as error:
            status, body = 403, error_envelope(403, str(error))
        except Exception:  # noqa: BLE001 - the boundary: whatever went wrong, the client gets an envelope
            _log.exception("request failed", payload_type=payload_type)
            status, body = 500, error_envelope(500, "The server failed to answer; its log says why")
        self._metrics.count_reply(payload_type, status)
        await send_text(send, status, body)

    async def _handle(self, handler: Handler, caller_id: str, envelope: RequestEnvelope, receive: Receive) -> Reply:
        message = _parse(handler, envelope)
        caller = await self._access.identify(caller_id) if caller_id else _NOBODY
        await handler.allow(self._access, caller, message)
        self._note_sign_of_life(caller)
        request = Request(message, caller)
        if not handler.parks:
            return await handler.run(self._services, request)
        async with Departure(receive):
            return await handler.run(self._services, request)

    def _note_sign_of_life(self, caller: Caller) -> None:
        for member in caller.members.values():
            if member.is_executor and member.approved:
                self._services.lifecycle.presence.heard(member.colony_name, member.name)


def _open(envelope: RequestEnvelope) -> tuple[Handler, str]:
    """Find the handler and the caller's id, which is empty for the messages that need no signature."""
    handler = find_handler(envelope.payload_type)
    if handler is not None and not handler.message_type.signed:
        return handler, ""
    caller_id = recover_id(envelope.payload, envelope.signature)
    if handler is None:
        raise Forbidden(_unknown_type(envelope.payload_type))
    return handler, caller_id


def _unknown_type(payload_type: str) -> str:
    if payload_type:
        return f"invalid rpcMsg.PayloadType: {payload_type}"
    return "invalid rpcMsg.PayloadType, it is empty; is the private key of the request set (COLONIES_PRVKEY)?"


def _parse(handler: Handler, envelope: RequestEnvelope) -> Message[Any]:
    # wire: the payload of this message is ignored altogether.
    if handler.message_type is GetServerInfo:
        return GetServerInfo()
    try:
        return parse_message(envelope.payload_type, envelope.message_json())
    except InvalidMessage as error:
        raise InvalidMessage(f"Failed to {handler.action}, {error}") from None
