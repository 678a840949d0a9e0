"""uvicorn's HTTP/1.1 with a short way for what nearly every request is: a small POST to /api from a program.

Such a request needs no ASGI: its body is handed over when it is there, and its reply is written in one piece. All
others take uvicorn's way. It also tells whoever answers that the client has left.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from colonyserver.gateway.body import LARGE_BYTES, PATIENCE_SECONDS, ClientGone, SmallBody
from colonyserver.gateway.departure import DEPARTURE, Departure
from colonyserver.gateway.replies import TEXT, error_envelope

_UNUSUAL = frozenset((b"origin", b"expect", b"transfer-encoding", b"upgrade"))
_TEXT = b"%b: %b\r\n" % TEXT

Answer = Callable[[SmallBody, Departure], Awaitable[tuple[int, bytes]]]
"""Answers the body of a POST to /api with a status and a body; raises ClientGone."""


class ShortWay(NamedTuple):
    """Who answers requests, how long they may be, and for how many seconds a body is waited for."""

    answer: Answer
    longest_bytes: int = LARGE_BYTES
    patience_seconds: float = PATIENCE_SECONDS


class HttpConnection(HttpToolsProtocol):
    """One connection of a client.

    Requests that take uvicorn's way have the `Departure` of the client among the extensions of their scope.
    """

    def __init__(self, *args: Any, short_way: ShortWay, **options: Any) -> None:
        super().__init__(*args, **options)
        self._answer, self._longest_bytes, self._patience_seconds = short_way
        self._patience: asyncio.TimerHandle | None = None
        self._incoming: _Call | None = None
        self._departure = Departure()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever works for the client know."""
        super().connection_lost(exc)
        self._end_patience()
        self._departure.happen()

    def data_received(self, data: bytes) -> None:
        """Go on reading; the rest of a body has to come soon."""
        super().data_received(data)
        if self._incoming is not None and self._patience is None:
            self._patience = self.loop.call_later(self._patience_seconds, self._refuse, self._incoming)

    def on_headers_complete(self) -> None:
        """Choose the way of a request."""
        if self._is_usual():
            self._incoming = self.cycle = _Call(keep_alive=self.parser.should_keep_alive())
        else:
            self.scope["extensions"] = {DEPARTURE: cast(dict[object, object], self._departure)}
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take in a part of a body."""
        if self._incoming is None:
            super().on_body(body)
        else:
            self._incoming.body += body

    def on_message_complete(self) -> None:
        """Have a request answered that is there as a whole."""
        call, self._incoming = self._incoming, None
        if call is None:
            super().on_message_complete()
            return
        self._end_patience()
        task = self.loop.create_task(self._serve(call))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _is_usual(self) -> bool:
        if self.url != b"/api" or self.parser.get_method() != b"POST" or self.parser.get_http_version() != "1.1":
            return False
        # Who sends the next request before the reply has come is answered in order by uvicorn.
        if self.cycle is not None and not self.cycle.response_complete:
            return False
        length = b""
        for name, value in self.headers:
            if name in _UNUSUAL:
                return False
            if name == b"content-length":
                length = value
        return 0 < len(length) < 10 and int(length) <= self._longest_bytes

    async def _serve(self, call: "_Call") -> None:
        content = SmallBody(call.body)
        # A call may wait for long, and nobody shall hold its content then.
        call.body = bytearray()
        try:
            status, body = await self._answer(content, self._departure)
        except ClientGone:
            return
        if self.flow.write_paused:
            await self.flow.drain()
        self._reply(call, status, body)

    def _reply(self, call: "_Call", status: int, body: bytes) -> None:
        if self.transport.is_closing():
            return
        head = [STATUS_LINE[status], *[b"%b: %b\r\n" % header for header in self.server_state.default_headers], _TEXT]
        if not call.keep_alive:
            head.append(b"connection: close\r\n")
        call.response_complete = True
        self.transport.write(b"%bcontent-length: %d\r\n\r\n%b" % (b"".join(head), len(body), body))
        if not call.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _refuse(self, call: "_Call") -> None:
        """Let go of a client that does not send what it has announced."""
        call.keep_alive = False
        self._reply(call, 408, error_envelope(408, "The request body did not arrive in time"))

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class _Call(RequestResponseCycle):
    """A request on the short way, with as much of uvicorn's as keeps those that follow it in order."""

    def __init__(self, *, keep_alive: bool) -> None:
        self.body = bytearray()
        self.more_body = True
        self.keep_alive = keep_alive
        self.disconnected = False
        self.response_complete = False
        self.message_event = _NOBODY_WAITS


_NOBODY_WAITS = asyncio.Event()
