"""GET /pubsub: signed subscriptions over a WebSocket.

wire: one frame with a request envelope subscribes, without an acknowledgement; every event is a reply envelope. Unlike
with the reference, what cannot be accepted is answered with an error before the connection closes.
"""

from collections.abc import Iterable
from typing import Any

from starlette.websockets import WebSocket

from colonyserver.gateway.connection import Connection
from colonyserver.gateway.metrics import Metrics
from colonyserver.gateway.sources import Source

_MOST_SUBSCRIPTIONS = 100


class SubscriptionEndpoint:
    """Accepts connections; `sources` are the kinds of subscriptions that there are."""

    def __init__(self, sources: Iterable[Source[Any]], metrics: Metrics) -> None:
        self._sources = {source.message_type.payload_type: source for source in sources}
        self._metrics = metrics

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one WebSocket."""
        await websocket.accept()
        await Connection(websocket, self._sources, self._metrics, _MOST_SUBSCRIPTIONS).serve()
