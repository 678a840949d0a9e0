"""GET /pubsub: signed subscriptions to processes over a WebSocket.

wire: one frame with a request envelope subscribes, without an acknowledgement; every event is a reply envelope with a
Process. Unlike with the reference, only members of the process's colony hear of it, listeners take no wake-up from an
executor that waits for work, and what cannot be accepted is answered with an error before the connection closes.
"""

import asyncio

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from colonysdk.envelope import decode_request
from colonysdk.errors import InvalidMessage, InvalidSignature
from colonysdk.identity import recover_id
from colonysdk.messages import SubscribeProcess, SubscribeProcesses, parse_message
from colonyserver.access import Access
from colonyserver.errors import Forbidden, Refusal
from colonyserver.events import Events
from colonyserver.gateway.metrics import Metrics
from colonyserver.gateway.replies import error_envelope
from colonyserver.gateway.watches import Due, Watches
from colonyserver.services.processes import ProcessService

_log = structlog.get_logger(__name__)

_FIRST_FRAME_SECONDS = 30
_LONGEST_SECONDS = 365 * 24 * 3600
_MOST_BUFFERED = 10_000
_NORMAL_CLOSURE = 1000
_POLICY_VIOLATION = 1008


class SubscriptionEndpoint:
    """Accepts connections and serves each until its time is over."""

    def __init__(self, processes: ProcessService, access: Access, events: Events, metrics: Metrics) -> None:
        self._processes = processes
        self._access = access
        self._events = events
        self._metrics = metrics

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one WebSocket."""
        await websocket.accept()
        connection = _Connection(websocket, self._metrics)
        watches = Watches(self._processes, self._access, self._events, connection.tell)
        try:
            await connection.serve(watches)
        except WebSocketDisconnect:
            return
        except Exception:  # noqa: BLE001 - the boundary: a failure ends this connection only
            _log.exception("subscription failed")
        finally:
            watches.cancel()


class _Connection:
    """One WebSocket: frames are read by a task of their own, what goes out waits in one queue, None ends it."""

    def __init__(self, websocket: WebSocket, metrics: Metrics) -> None:
        self._websocket = websocket
        self._metrics = metrics
        self._outbox: asyncio.Queue[bytes | Due | None] = asyncio.Queue()
        self._timers: list[asyncio.TimerHandle] = []
        self._live_count = 0
        self._is_binary = False
        self._is_ending = False
        self._close_code = _NORMAL_CLOSURE

    def tell(self, due: Due) -> None:
        """Queue what is due; a client that does not read what it asked for is dropped."""
        if self._is_ending:
            return
        if self._outbox.qsize() < _MOST_BUFFERED:
            self._outbox.put_nowait(due)
        else:
            self._refuse(503, "subscriber disconnected: buffer full")

    async def serve(self, watches: Watches) -> None:
        """Send what is due until a subscription's time is over, an error was sent or the client leaves."""
        self._end_after(_FIRST_FRAME_SECONDS)
        reading = asyncio.create_task(self._read(watches))
        try:
            while (item := await self._outbox.get()) is not None:
                frame = await self._frame(watches, item)
                if frame:
                    await self._send(frame)
            await self._websocket.close(self._close_code)
        finally:
            reading.cancel()
            self._metrics.subscriptions -= self._live_count
            for timer in self._timers:
                timer.cancel()

    async def _read(self, watches: Watches) -> None:
        try:
            while (frame := await self._websocket.receive())["type"] == "websocket.receive":
                self._is_binary = frame.get("bytes") is not None
                await self._subscribe(watches, frame["bytes"] if self._is_binary else frame["text"].encode())
            self._outbox.put_nowait(None)
        except InvalidMessage as error:
            self._refuse(400, str(error))
        except InvalidSignature as error:
            self._refuse(403, str(error))
        except Refusal as error:
            self._refuse(error.status, error.message)
        except Exception:  # noqa: BLE001 - the boundary: the writer must hear that nothing more will be read
            _log.exception("subscription failed")
            self._refuse(500, "The server failed to subscribe; its log says why")

    async def _subscribe(self, watches: Watches, frame: bytes) -> None:
        envelope = decode_request(frame)
        caller_id = recover_id(envelope.payload, envelope.signature)
        if envelope.payload_type not in (SubscribeProcess.payload_type, SubscribeProcesses.payload_type):
            raise Forbidden(f"invalid rpcMsg.PayloadType: {envelope.payload_type}")
        try:
            message = parse_message(envelope.payload_type, envelope.message_json())
        except InvalidMessage as error:
            raise InvalidMessage(f"Failed to subscribe, {error}") from None
        assert isinstance(message, SubscribeProcess | SubscribeProcesses)
        await watches.add(caller_id, message)
        if not self._live_count:
            self._timers.pop().cancel()
        self._end_after(message.timeout)
        self._live_count += 1
        self._metrics.subscriptions += 1

    async def _frame(self, watches: Watches, item: bytes | Due) -> bytes:
        if isinstance(item, bytes):
            return item
        try:
            return await watches.event(item)
        except Refusal as error:
            self._refuse(error.status, error.message)
            return b""

    async def _send(self, frame: bytes) -> None:
        if self._is_binary:
            await self._websocket.send_bytes(frame)
        else:
            await self._websocket.send_text(frame.decode())

    def _refuse(self, status: int, message: str) -> None:
        """Send an error and close; nothing that comes later is sent."""
        if self._is_ending:
            return
        self._is_ending = True
        self._close_code = _POLICY_VIOLATION
        self._outbox.put_nowait(error_envelope(status, message))
        self._outbox.put_nowait(None)

    def _end_after(self, seconds: int) -> None:
        """wire: the connection closes when the time of any of its subscriptions is over."""
        delay = min(max(seconds, 0), _LONGEST_SECONDS)
        self._timers.append(asyncio.get_running_loop().call_later(delay, self._outbox.put_nowait, None))
