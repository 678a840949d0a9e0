"""How messages travel: signed RPC over HTTP."""

import asyncio
import ssl
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from colonysdk.envelope import ReplyEnvelope, decode_reply, encode_request
from colonysdk.errors import ColonyError, InvalidMessage, Refused, Unreachable
from colonysdk.freshness import stamp
from colonysdk.identity import Identity
from colonysdk.messages import AssignProcess, Message
from colonysdk.objects import Failure

ReplyT = TypeVar("ReplyT")

_CONNECT_SECONDS = 5.0
_REPLY_SECONDS = 30.0
_REPEATABLE = ("Get", "Search")
_LARGE_REPLY_BYTES = 512 * 1024
"""A reply of this size takes long enough to read that others on the loop must not wait for it."""


class Transport:
    """Sends messages to one server and reads the replies.

    Arguments: `url` of the server, `identity` that signs unless a call names another, `verify` the server's certificate
    (True, or an own SSL context), `connections` at most at a time.
    """

    def __init__(
        self, url: str, identity: Identity | None, *, verify: ssl.SSLContext | bool = True, connections: int = 100
    ) -> None:
        self.url = url.rstrip("/")
        self.identity = identity
        self.sends_stamps = False
        """Whether messages carry a signed time and a nonce; for servers that announce `freshness/1`."""

        # Loading the certificate store costs 30 ms, which a plain HTTP connection need not pay.
        self._http = httpx.AsyncClient(
            verify=verify if self.url.startswith("https:") else False,
            timeout=httpx.Timeout(_REPLY_SECONDS, connect=_CONNECT_SECONDS, pool=None),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            headers={"content-type": "application/json", "user-agent": "colonysdk"},
        )

    async def __aenter__(self) -> Self:
        """Nothing is connected before the first call."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def send(self, message: Message[ReplyT], *, identity: Identity | None = None) -> ReplyT:
        """Send a message and return its typed reply; raises Unreachable or Refused.

        A message that only reads is repeated once when the connection broke; one that changes something never is,
        because the server may have acted on it.
        """
        try:
            reply = await self._post(message, self._encode(message, identity))
        except Unreachable:
            if not type(message).__name__.startswith(_REPEATABLE):
                raise
            reply = await self._post(message, self._encode(message, identity))
        if len(reply.payload_json) < _LARGE_REPLY_BYTES:
            return message.decode_reply(reply.payload_json)
        return await asyncio.to_thread(message.decode_reply, reply.payload_json)

    async def alive(self) -> bool:
        """Whether a server answers at the address, healthy or not."""
        try:
            await self._http.get(f"{self.url}/health", timeout=_CONNECT_SECONDS)
        except httpx.HTTPError:
            return False
        return True

    def _encode(self, message: Message[Any], identity: Identity | None) -> bytes:
        signer = identity or self.identity
        if message.signed and signer is None:
            raise InvalidMessage(f"{message.payload_type} must be signed, and this client has no identity")
        return encode_request(message.payload_type, self._stamped(message), signer if message.signed else None)

    def _stamped(self, message: Message[Any]) -> bytes:
        message_json = message.encode()
        return stamp(message_json) if self.sends_stamps and message.signed else message_json

    async def _post(self, message: Message[Any], body: bytes) -> ReplyEnvelope:
        try:
            response = await self._http.post(f"{self.url}/api", content=body, timeout=_timeout_of(message))
        except httpx.HTTPError as error:
            raise Unreachable(f"cannot reach {self.url}: {_reason(error)}") from error
        reply = decode_reply(response.content)
        if reply.error:
            raise _refusal(reply)
        return reply


def _timeout_of(message: Message[Any]) -> httpx.Timeout:
    wait = message.timeout if isinstance(message, AssignProcess) else 0
    return httpx.Timeout(_REPLY_SECONDS + max(wait, 0), connect=_CONNECT_SECONDS, pool=None)


def _refusal(reply: ReplyEnvelope) -> ColonyError:
    try:
        failure = Failure.from_json(reply.payload_json)
    except InvalidMessage:
        return Unreachable("the server refused with an error that it does not explain")
    return Refused(failure.status, failure.message)


def _reason(error: Exception) -> str:
    match error:
        case httpx.ConnectTimeout():
            return "no connection within 5 s"
        case httpx.ReadTimeout():
            return "no answer in time"
        case httpx.ConnectError():
            return "the connection was refused" if _refused(error) else (str(error) or "no connection")
        case asyncio.IncompleteReadError() | httpx.RemoteProtocolError():
            return "the connection broke before an answer came"
        case _:
            return str(error) or type(error).__name__


def _refused(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ConnectionRefusedError) or "All connection attempts failed" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
