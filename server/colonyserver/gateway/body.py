"""Reading request bodies without letting clients fill the memory."""

import asyncio

from starlette.types import Receive, Scope

from colonyserver.errors import Refusal

_LARGE_BYTES = 1024 * 1024
_LARGE_BODIES_AT_ONCE = 4
_DEFAULT_TIMEOUT_SECONDS = 60.0


class ClientGone(Exception):  # noqa: N818 - named for what happened
    """The client closed its connection; nobody is left to answer."""


class BodyReader:
    """Reads bodies up to a limit in bytes; only a few large ones are held at a time, further ones wait unread."""

    def __init__(self, limit_bytes: int, timeout_seconds: float = _DEFAULT_TIMEOUT_SECONDS) -> None:
        self._limit = limit_bytes
        self._timeout = timeout_seconds
        self._large = asyncio.Semaphore(_LARGE_BODIES_AT_ONCE)

    async def read(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body; raises Refusal (413, 408) when it is too large or too slow, ClientGone when it breaks off."""
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body: bytes = message.get("body", b"")
        if not message.get("more_body"):
            self._check(len(body))
            return body
        self._check(_announced_length(scope))
        try:
            async with asyncio.timeout(self._timeout):
                return await self._read_rest(bytearray(body), receive)
        except TimeoutError:
            raise Refusal("The request body did not arrive in time", status=408) from None

    async def _read_rest(self, body: bytearray, receive: Receive) -> bytes:
        if await self._extend(body, min(self._limit, _LARGE_BYTES), receive):
            async with self._large:
                await self._extend(body, self._limit, receive)
        self._check(len(body))
        return bytes(body)

    async def _extend(self, body: bytearray, size: int, receive: Receive) -> bool:
        """Append chunks until the body ends or exceeds the size; whether more is to come."""
        more = True
        while more and len(body) <= size:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            body += message.get("body", b"")
            more = message.get("more_body", False)
        return more

    def _check(self, length: int) -> None:
        if length > self._limit:
            raise Refusal(f"The request body is larger than {self._limit} bytes", status=413)


def _announced_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0
