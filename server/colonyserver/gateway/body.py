"""Reading request bodies without letting clients fill the memory."""

import asyncio
from collections.abc import Callable

from starlette.types import Receive, Scope

from colonyserver.errors import Refusal

_LARGE_BYTES = 1024 * 1024
_LARGE_BODIES_AT_ONCE = 4
_PATIENCE_SECONDS = 30.0
_SLOWEST_BYTES_PER_SECOND = 16 * 1024


class ClientGone(Exception):  # noqa: N818 - named for what happened
    """The client closed its connection; nobody is left to answer."""


class BodyReader:
    """Reads bodies up to a limit in bytes; only a few large ones are held at a time, further ones wait unread.

    A client may take `patience_seconds`, and more the more it has sent.
    """

    def __init__(self, limit_bytes: int, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        self._limit = limit_bytes
        self._patience = patience_seconds
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
            async with asyncio.timeout(self._patience) as patience:
                return await self._read_rest(bytearray(body), receive, patience)
        except TimeoutError:
            raise Refusal("The request body did not arrive in time", status=408) from None

    async def _read_rest(self, body: bytearray, receive: Receive, patience: asyncio.Timeout) -> bytes:
        begin = asyncio.get_running_loop().time()

        def be_patient() -> None:
            patience.reschedule(begin + self._patience + len(body) / _SLOWEST_BYTES_PER_SECOND)

        if await _extend(body, min(self._limit, _LARGE_BYTES), receive, be_patient):
            # Waiting for the others is not the client's fault.
            patience.reschedule(None)
            async with self._large:
                begin = asyncio.get_running_loop().time()
                be_patient()
                await _extend(body, self._limit, receive, be_patient)
        self._check(len(body))
        return bytes(body)

    def _check(self, length: int) -> None:
        if length > self._limit:
            raise Refusal(f"The request body is larger than {self._limit} bytes", status=413)


async def _extend(body: bytearray, size: int, receive: Receive, progress: Callable[[], None]) -> bool:
    """Append chunks until the body ends or exceeds the size; whether more is to come."""
    more = True
    while more and len(body) <= size:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        more = message.get("more_body", False)
        progress()
    return more


def _announced_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0
