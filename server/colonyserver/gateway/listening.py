"""The socket, the uvicorn server on it, and how both end: what was accepted is answered first."""

import asyncio
import contextlib
import json
import os
import resource
import socket
import ssl
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import cast

import uvicorn

from colonyserver.errors import StartError
from colonyserver.gateway.asgi import Gateway
from colonyserver.gateway.http_connection import HttpConnection

_BACKLOG = 2048
_KEEP_ALIVE_SECONDS = 120
_STOP_SECONDS = 5
_SUBSCRIPTION_FRAME_BYTES = 64 * 1024
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def bind(host: str, port: int) -> socket.socket:
    """Take the address without listening yet; raises StartError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise StartError(f"cannot listen on {host}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise StartError(
            f"cannot listen on {host}:{port}: {error.strerror}; stop what uses it or choose another --host or --port"
        ) from error
    return listener


def url_of(listener: socket.socket, *, is_tls: bool) -> str:
    """The address at which programs on this machine reach the listener."""
    host, port = listener.getsockname()[:2]
    host = _WILDCARDS.get(host, host)
    return f"{'https' if is_tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


class GracefulServer(uvicorn.Server):
    """A uvicorn server that says when it is ready, and lets the application answer everybody before it stops.

    With a `tls` context it serves https.
    """

    def __init__(
        self,
        gateway: Gateway,
        tls: ssl.SSLContext | None,
        *,
        on_ready: Callable[[], None],
    ) -> None:
        super().__init__(
            uvicorn.Config(
                gateway.asgi,
                http=cast(type[asyncio.Protocol], partial(HttpConnection, short_way=gateway.short_way)),
                ws="websockets-sansio",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                backlog=_BACKLOG,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_STOP_SECONDS,
                ws_max_size=_SUBSCRIPTION_FRAME_BYTES,
                ws_per_message_deflate=False,
                ssl_context_factory=None if tls is None else lambda _config, _default: tls,
            )
        )
        self._on_ready = on_ready
        self._gateway = gateway

    def stop(self) -> None:
        """Stop gracefully; the second call does not wait for clients."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let everybody who waits be answered, then close the connections."""
        await self._gateway.drain()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to whoever runs this server: uvicorn would raise them again and spoil the exit code."""
        yield


def write_ready_file(path: Path, url: str, version: str) -> None:
    """Tell the starter where the server is; the file appears complete or not at all. Raises StartError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps({"url": url, "pid": os.getpid(), "version": version}))
        temporary.replace(path)
    except OSError as error:
        raise StartError(f"cannot write the ready file {path}: {error.strerror}") from error


def allow_many_connections() -> None:
    """Raise the limit on open files to what the system allows: every connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
