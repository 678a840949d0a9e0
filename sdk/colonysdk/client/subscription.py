"""How events arrive: signed subscriptions over a WebSocket."""

import ssl
import time
from collections.abc import AsyncGenerator
from typing import TypeVar

from colonysdk.client.tls import context_of
from colonysdk.envelope import decode_reply, encode_request
from colonysdk.errors import InvalidMessage, Refused, Unreachable
from colonysdk.freshness import stamp
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import Failure

EventT = TypeVar("EventT")

_MAX_FRAME_BYTES = 64 * 2**20
_OPEN_SECONDS = 5.0
_CLOSE_SECONDS = 0.5
"""Who leaves does not wait for a server that is away."""


async def subscribe(
    url: str,
    message: Message[EventT],
    identity: Identity,
    *,
    verify: ssl.SSLContext | bool = True,
    is_stamped: bool = False,
    ping_seconds: float | None = None,
) -> AsyncGenerator[EventT, None]:
    """Yield every event until the message's `timeout` is over.

    `is_stamped` adds a signed time and a nonce (extension `freshness/1`); with `ping_seconds` a server that is silent
    for that long counts as gone. Raises Refused, or Unreachable when the subscription broke early.
    """
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed, WebSocketException

    address = f"ws{url.removeprefix('http').rstrip('/')}/pubsub"
    tls = context_of(verify) if address.startswith("wss:") else None
    ends = time.monotonic() + getattr(message, "timeout", 0)
    try:
        async with connect(
            address,
            ssl=tls,
            max_size=_MAX_FRAME_BYTES,
            open_timeout=_OPEN_SECONDS,
            close_timeout=_CLOSE_SECONDS,
            ping_interval=ping_seconds,
        ) as socket:
            message_json = stamp(message.encode()) if is_stamped else message.encode()
            await socket.send(encode_request(message.payload_type, message_json, identity).decode("ascii"))
            async for frame in socket:
                yield _event(message, frame if isinstance(frame, bytes) else frame.encode())
    except ConnectionClosed as error:
        # wire: a subscription whose time is over is closed without a close frame.
        if time.monotonic() < ends:
            raise Unreachable(f"the subscription at {url} broke") from error
    except (OSError, TimeoutError, WebSocketException) as error:
        raise Unreachable(f"cannot subscribe at {url}: {error}") from error


def _event(message: Message[EventT], frame: bytes) -> EventT:
    reply = decode_reply(frame)
    if not reply.error:
        return message.decode_reply(reply.payload_json)
    try:
        failure = Failure.from_json(reply.payload_json)
    except InvalidMessage as error:
        raise Unreachable(f"unexpected event: {error}") from error
    raise Refused(failure.status, failure.message)
