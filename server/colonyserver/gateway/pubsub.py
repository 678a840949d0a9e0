"""GET /pubsub: signed subscriptions over a WebSocket.

wire: one frame with a request envelope subscribes, without an acknowledgement; every event is a reply envelope. Unlike
with the reference, what cannot be accepted is answered with an error before the connection closes.
"""

from collections.abc import Iterable
from typing import Any

from starlette.websockets import WebSocket

from colonyserver.errors import Refusal
from colonyserver.gateway.connection import Admit, Connection
from colonyserver.gateway.metrics import Metrics
from colonyserver.gateway.replies import error_envelope
from colonyserver.gateway.seats import Seats
from colonyserver.gateway.sources import Source
from colonyserver.limits import Limits

_TRY_AGAIN_LATER = 1013


class SubscriptionEndpoint:
    """Accepts connections; `sources` are the kinds of subscriptions that there are.

    `admit` is asked about every message that would subscribe.
    """

    def __init__(self, sources: Iterable[Source[Any]], metrics: Metrics, admit: Admit, limits: Limits) -> None:
        self._sources = {source.message_type.payload_type: source for source in sources}
        self._metrics = metrics
        self._admit = admit
        self._most_subscriptions = limits.subscriptions_per_socket
        self._seats = Seats("connections to /pubsub", in_all=limits.sockets, for_each=limits.sockets_per_identity)

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one WebSocket."""
        await websocket.accept()
        connection = Connection(
            websocket, self._sources, self._metrics, self._admit, self._seats, self._most_subscriptions
        )
        try:
            with self._seats.hold():
                await connection.serve()
        except Refusal as error:
            await websocket.send_text(error_envelope(error.status, error.message).decode())
            await websocket.close(_TRY_AGAIN_LATER)
