"""A server without sockets: its ASGI application on an event loop of its own, called one request at a time."""

import asyncio
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from colonysdk.identity import Identity
from colonyserver.app import open_gateway
from colonyserver.gateway.asgi import Gateway
from colonyserver.gateway.departure import DEPARTURE, Departure
from colonyserver.services.about import About
from colonyserver.settings import load_settings

_PATIENCE_SECONDS = 60.0
_IMPATIENCE_SECONDS = 0.2
GONE = (0, b"")
"""The reply when the caller left before there was one."""


class InProcess:
    """A running server."""

    def __init__(self, loop: asyncio.AbstractEventLoop, gateway: Gateway, owner: Identity) -> None:
        self._loop = loop
        self._gateway = gateway
        self.owner = owner

    def post(self, body: bytes) -> tuple[int, bytes]:
        """Send a body to /api; returns the status and the body of the reply."""
        return self._loop.run_until_complete(self._post(body, _PATIENCE_SECONDS))

    def post_impatiently(self, body: bytes) -> tuple[int, bytes]:
        """The same, but leave soon when the request has to wait; returns `GONE` then."""
        return self._loop.run_until_complete(self._post(body, _IMPATIENCE_SECONDS))

    async def _post(self, body: bytes, patience_seconds: float) -> tuple[int, bytes]:
        sent: list[MutableMapping[str, Any]] = []
        requests = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> MutableMapping[str, Any]:
            return next(requests)

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        departure = Departure()
        leaving = self._loop.call_later(patience_seconds, departure.happen)
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/api",
            "headers": [],
            "query_string": b"",
            "extensions": {DEPARTURE: departure},
        }
        await self._gateway.asgi(scope, receive, send)
        leaving.cancel()
        if not sent:
            return GONE
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@contextmanager
def in_process(database_url: str) -> Iterator[InProcess]:
    """Open a server over a database."""
    owner = Identity.generate()
    configured = load_settings(database=database_url, server_id=owner.id)
    loop = asyncio.new_event_loop()
    opening = open_gateway(configured, About(build_version="", build_time="", host="127.0.0.1", port=0))
    try:
        yield InProcess(loop, loop.run_until_complete(opening.__aenter__()), owner)
    finally:
        loop.run_until_complete(opening.__aexit__(None, None, None))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
