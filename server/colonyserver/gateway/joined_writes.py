"""One system call for a whole reply: uvicorn writes the head of a response and its body apart."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = b"HTTP/1.1 "
_INTERIM_HEAD = b"HTTP/1.1 1"


class JoiningProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, where the head of a response is sent with what follows it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Serve a new connection."""
        self._joining = _JoiningTransport(transport)
        super().connection_made(cast(asyncio.Transport, self._joining))

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
