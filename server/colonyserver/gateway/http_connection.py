"""uvicorn's HTTP/1.1 with two things more: one system call for a whole reply, and word of clients that leave."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from colonyserver.gateway.departure import DEPARTURE, Departure

_HEAD = b"HTTP/1.1 "
_INTERIM_HEAD = b"HTTP/1.1 1"


class HttpConnection(HttpToolsProtocol):
    """A connection that sends the head of a response with what follows it.

    The scope of each of its requests has the `Departure` of the client among the extensions.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Serve a new connection."""
        self._departure = Departure()
        self._joining = _JoiningTransport(transport)
        super().connection_made(cast(asyncio.Transport, self._joining))

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever works for the client know."""
        super().connection_lost(exc)
        self._departure.happen()

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        super().on_message_begin()
        self.scope["extensions"] = {DEPARTURE: cast(dict[object, object], self._departure)}

    def on_response_complete(self) -> None:
        """Go on with the next request; a head that nothing followed is sent."""
        self._joining.send_held()
        super().on_response_complete()


class _JoiningTransport:
    """A transport that holds the head of a response back until something follows; in all else the one it is made of."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held + data)
        elif data.startswith(_HEAD) and not data.startswith(_INTERIM_HEAD):
            self._held = data
        else:
            self._transport.write(data)

    def close(self) -> None:
        self.send_held()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def send_held(self) -> None:
        """Send what is held back, if there is any."""
        held, self._held = self._held, b""
        if held and not self._transport.is_closing():
            self._transport.write(held)
