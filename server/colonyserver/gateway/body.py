"""Reading request bodies without letting clients fill the memory."""

import asyncio
from types import TracebackType
from typing import Protocol, Self

from starlette.types import Message, Receive, Scope

from colonyserver.errors import Refusal
from colonyserver.gateway.room import Room

LARGE_BYTES = 256 * 1024
"""Larger bodies wait for room before they are read."""

PATIENCE_SECONDS = 30.0
_SLOWEST_BYTES_PER_SECOND = 128 * 1024


class ClientGone(Exception):  # noqa: N818 - named for what happened
    """The client closed its connection; nobody is left to answer."""


class Content(Protocol):
    """A body that has been read."""

    def take(self) -> bytearray:
        """Hand the content over, once: as there is no second copy, the receiver lets go of its memory."""

    def leave_room(self) -> None:
        """Let others have the room that it takes up."""


class SmallBody:
    """A body that is so small that it takes up no room."""

    __slots__ = ("_content",)

    def __init__(self, content: bytearray) -> None:
        self._content = content

    def take(self) -> bytearray:
        """Hand the content over."""
        content, self._content = self._content, bytearray()
        return content

    def leave_room(self) -> None:
        """There is none to leave."""


class BodyReader:
    """Reads bodies up to a limit in bytes; large ones when there is room for them, until then they wait unread.

    A client may take `patience_seconds`, and more the more it has sent.
    """

    def __init__(self, limit_bytes: int, room_bytes: int, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.limit = limit_bytes
        self.patience = patience_seconds
        self.room = Room(room_bytes)

    def read(self, scope: Scope, receive: Receive) -> "Body":
        """One request's body; it takes up room within its `async with` block."""
        return Body(self, scope, receive)


class Body:
    """The body of one request, to be taken once; reading raises Refusal (413, 408), or ClientGone."""

    def __init__(self, reader: BodyReader, scope: Scope, receive: Receive) -> None:
        self._reader = reader
        self._scope = scope
        self._receive = receive
        self._taken_room = 0
        self._content = bytearray()
        self._is_complete = False

    async def __aenter__(self) -> Self:
        """Read all of it."""
        try:
            await self._read()
        except BaseException:
            self.leave_room()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave the room."""
        self.leave_room()

    def take(self) -> bytearray:
        """Hand the content over: as there is no second copy, its memory is free when the caller lets go of it."""
        content, self._content = self._content, bytearray()
        return content

    def leave_room(self) -> None:
        """Let others have the room from now on."""
        if self._taken_room:
            self._reader.room.give_back(self._taken_room)
            self._taken_room = 0

    async def _read(self) -> None:
        self._add(await self._receive())
        if self._is_complete:
            return
        announced = _announced_length(self._scope)
        self._check(announced)
        try:
            await self._read_up_to(LARGE_BYTES)
            if not self._is_complete:
                # Waiting for the others is not the client's fault: its time starts anew.
                self._taken_room = await self._reader.room.take(announced or self._reader.limit)
                await self._read_up_to(self._reader.limit)
        except TimeoutError:
            raise Refusal("The request body did not arrive in time", status=408) from None

    async def _read_up_to(self, size: int) -> None:
        """Read on until the body ends or exceeds a size; raises TimeoutError for a client that is too slow."""
        begin = asyncio.get_running_loop().time() + self._reader.patience
        async with asyncio.timeout_at(begin) as patience:
            while not self._is_complete and len(self._content) <= size:
                self._add(await self._receive())
                patience.reschedule(begin + len(self._content) / _SLOWEST_BYTES_PER_SECOND)

    def _add(self, message: Message) -> None:
        if message["type"] == "http.disconnect":
            raise ClientGone
        self._content += message.get("body", b"")
        self._is_complete = not message.get("more_body")
        self._check(len(self._content))

    def _check(self, length: int) -> None:
        if length > self._reader.limit:
            raise Refusal(f"The request body is larger than {self._reader.limit} bytes", status=413)


def _announced_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0
