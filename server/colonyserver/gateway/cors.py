"""Which web pages may call the server from a browser."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFLIGHT_HEADERS = [
    (b"access-control-allow-methods", b"GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS"),
    (b"access-control-allow-headers", b"Origin,Content-Length,Content-Type"),
    (b"access-control-max-age", b"43200"),
]


class CrossOrigin:
    """Adds the headers that browsers ask for; requests without an Origin pass through untouched.

    wire: any origin by default, no credentials, preflight answered with 204 on every path.
    """

    def __init__(self, app: ASGIApp, allowed_origins: Iterable[str]) -> None:
        self._app = app
        self._allowed = frozenset(origin.encode("latin-1", errors="replace") for origin in allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        origin = _cross_origin(scope) if "headers" in scope else b""
        if not origin:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve_page(origin, scope, receive, send)
        elif self._allows(origin):
            await self._app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "origin not allowed"})

    async def _serve_page(self, origin: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        headers = self._headers_for(origin)
        if scope["method"] == "OPTIONS":
            await _answer_preflight(send, headers)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _allows(self, origin: bytes) -> bool:
        return b"*" in self._allowed or origin in self._allowed

    def _headers_for(self, origin: bytes) -> list[tuple[bytes, bytes]]:
        if b"*" in self._allowed:
            return [(b"access-control-allow-origin", b"*")]
        if self._allows(origin):
            return [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        return [(b"vary", b"Origin")]


def _cross_origin(scope: Scope) -> bytes:
    """The Origin header of a request from another host's page, else nothing."""
    origin = host = b""
    for name, value in scope["headers"]:
        if name == b"origin":
            origin = value
        elif name == b"host":
            host = value
    return origin if origin.partition(b"://")[2] != host else b""


async def _answer_preflight(send: Send, headers: list[tuple[bytes, bytes]]) -> None:
    allowed = any(name == b"access-control-allow-origin" for name, _ in headers)
    await send(
        {
            "type": "http.response.start",
            "status": 204 if allowed else 403,
            "headers": [*headers, *_PREFLIGHT_HEADERS] if allowed else [*headers, (b"content-length", b"0")],
        }
    )
    await send({"type": "http.response.body", "body": b""})
