"""HTTP replies as raw ASGI messages; the RPC path uses no framework."""

from starlette.types import Send

from colonysdk.envelope import encode_error

NOT_FOUND = b"404 page not found"
"""wire: the answer to every other path and method."""

TEXT = (b"content-type", b"text/plain; charset=utf-8")
"""The header of the one content type that the protocol knows, also for JSON."""

_LONGEST_REASON = 1000


async def send_text(send: Send, status: int, body: bytes) -> None:
    """Answer with a body."""
    headers = [TEXT, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_not_found(send: Send) -> None:
    """Answer a path or method that does not exist."""
    await send_text(send, 404, NOT_FOUND)


def error_envelope(status: int, reason: str) -> bytes:
    """An error reply; its reason is cut where a request has made it long."""
    return encode_error(status, reason[:_LONGEST_REASON])
