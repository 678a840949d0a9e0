"""GET /pubsub: signed subscriptions to processes over a WebSocket.

wire: one frame with a request envelope subscribes, without an acknowledgement; every event is a reply envelope with a
Process. Unlike with the reference, only members of the process's colony hear of it, listeners take no wake-up from an
executor that waits for work, and what cannot be accepted is answered with an error before the connection closes.
"""

import asyncio
from dataclasses import dataclass

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from colonysdk.envelope import decode_request, encode_reply
from colonysdk.errors import InvalidMessage, InvalidSignature
from colonysdk.identity import recover_id
from colonysdk.messages import SubscribeProcess, SubscribeProcesses, parse_message
from colonysdk.objects import ProcessState
from colonyserver.access import Access
from colonyserver.errors import Forbidden, NotFound, Refusal
from colonyserver.events import Events, ProcessChanged, Subscription
from colonyserver.gateway.metrics import Metrics
from colonyserver.gateway.replies import error_envelope
from colonyserver.services.processes import ProcessService

_log = structlog.get_logger(__name__)

_FIRST_FRAME_SECONDS = 30
_LONGEST_SECONDS = 365 * 24 * 3600
_MOST_BUFFERED = 10_000
_MOST_SUBSCRIPTIONS = 100
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
        connection = _Connection(websocket, self._processes, self._access, self._events, self._metrics)
        try:
            await connection.serve()
        except WebSocketDisconnect:
            return
        except Exception:  # noqa: BLE001 - the boundary: a failure ends this connection only
            _log.exception("subscription failed")


@dataclass(slots=True)
class _Watch:
    """One subscription: who listens for which state; `missed` notes a change while the process is looked up."""

    caller_id: str
    state: int
    executor_type: str = ""
    is_live: bool = False
    missed: bool = False


@dataclass(frozen=True, slots=True)
class _Due:
    """A process that a watch has to be told about."""

    watch: _Watch
    process_id: str


class _Connection:
    """One WebSocket: frames are read by a task of their own, what goes out waits in one queue, None ends it."""

    def __init__(
        self, websocket: WebSocket, processes: ProcessService, access: Access, events: Events, metrics: Metrics
    ) -> None:
        self._websocket = websocket
        self._processes = processes
        self._access = access
        self._events = events
        self._metrics = metrics
        self._subscriptions: list[Subscription] = []
        self._live_count = 0
        self._timers: list[asyncio.TimerHandle] = []
        self._outbox: asyncio.Queue[bytes | _Due | None] = asyncio.Queue()
        self._is_binary = False
        self._close_code = _NORMAL_CLOSURE

    async def serve(self) -> None:
        """Send what is due until a subscription's time is over, an error was sent or the client leaves."""
        self._end_after(_FIRST_FRAME_SECONDS)
        reading = asyncio.create_task(self._read())
        try:
            while (item := await self._outbox.get()) is not None:
                frame = await self._event(item) if isinstance(item, _Due) else item
                if frame:
                    await self._send(frame)
            await self._websocket.close(self._close_code)
        finally:
            reading.cancel()
            self._metrics.subscriptions -= self._live_count
            for subscription in self._subscriptions:
                subscription.cancel()
            for timer in self._timers:
                timer.cancel()

    async def _read(self) -> None:
        try:
            while (frame := await self._websocket.receive())["type"] == "websocket.receive":
                self._is_binary = frame.get("bytes") is not None
                await self._subscribe(frame["bytes"] if self._is_binary else frame["text"].encode())
        except InvalidMessage as error:
            self._refuse(400, str(error))
        except InvalidSignature as error:
            self._refuse(403, str(error))
        except Refusal as error:
            self._refuse(error.status, error.message)
        except Exception:  # noqa: BLE001 - the boundary: the writer must hear that nothing more will be read
            _log.exception("subscription failed")
            self._refuse(500, "The server failed to subscribe; its log says why")
        self._outbox.put_nowait(None)

    async def _subscribe(self, frame: bytes) -> None:
        envelope = decode_request(frame)
        caller_id = recover_id(envelope.payload, envelope.signature)
        if envelope.payload_type not in (SubscribeProcess.payload_type, SubscribeProcesses.payload_type):
            raise Forbidden(f"invalid rpcMsg.PayloadType: {envelope.payload_type}")
        if len(self._subscriptions) >= _MOST_SUBSCRIPTIONS:
            raise Forbidden(f"Failed to subscribe, there are {_MOST_SUBSCRIPTIONS} subscriptions on this connection")
        try:
            message = parse_message(envelope.payload_type, envelope.message_json())
        except InvalidMessage as error:
            raise InvalidMessage(f"Failed to subscribe, {error}") from None
        assert isinstance(message, SubscribeProcess | SubscribeProcesses)
        if message.state not in tuple(ProcessState):
            raise Forbidden("Failed to subscribe, invalid msg.State")
        if isinstance(message, SubscribeProcess):
            await self._watch_process(caller_id, message)
        else:
            await self._watch_colony(caller_id, message)
        if len(self._timers) == 1:
            self._timers[0].cancel()
        self._end_after(message.timeout)
        self._live_count += 1
        self._metrics.subscriptions += 1

    async def _watch_process(self, caller_id: str, message: SubscribeProcess) -> None:
        """Wait for one process; wire: the executor type is ignored, and a state that it is in already counts."""
        watch = _Watch(caller_id, message.state)
        # Listen before looking: what happens in between must not be lost.
        self._listen(watch, message.process_id)
        try:
            record = await self._processes.find(await self._access.identify(caller_id), message.process_id)
        except (NotFound, Forbidden):
            raise Forbidden(f"Invalid process with Id <{message.process_id}>") from None
        watch.is_live = True
        if watch.missed or record.state == watch.state:
            self._outbox.put_nowait(_Due(watch, record.process_id))

    async def _watch_colony(self, caller_id: str, message: SubscribeProcesses) -> None:
        """Wait for every process of a colony, or of one executor type in it."""
        caller = await self._access.identify(caller_id)
        member = caller.members.get(message.colony_name)
        if member is None or not member.approved:
            raise Forbidden(f"Access denied, not a member of Colony with name <{message.colony_name}>")
        watch = _Watch(caller_id, message.state, message.executor_type, is_live=True)
        self._listen(watch, None, message.colony_name)

    def _listen(self, watch: _Watch, process_id: str | None, colony_name: str = "") -> None:
        def hear(change: ProcessChanged) -> None:
            if change.state != watch.state or colony_name not in ("", change.colony_name):
                return
            if watch.executor_type not in ("", change.executor_type):
                return
            if not watch.is_live:
                watch.missed = True
            elif self._outbox.qsize() < _MOST_BUFFERED:
                self._outbox.put_nowait(_Due(watch, change.process_id))
            else:
                self._refuse(503, "subscriber disconnected: buffer full")
                self._outbox.put_nowait(None)

        self._subscriptions.append(self._events.subscribe(ProcessChanged, hear, topic=process_id))

    async def _event(self, due: _Due) -> bytes:
        """The frame about a process; nothing when it was removed meanwhile, an error when the listener was."""
        try:
            record = await self._processes.find(await self._access.identify(due.watch.caller_id), due.process_id)
        except NotFound:
            return b""
        except Refusal as error:
            self._outbox.put_nowait(None)
            return error_envelope(error.status, error.message)
        return encode_reply(SubscribeProcess.payload_type, record.to_json())

    async def _send(self, frame: bytes) -> None:
        if self._is_binary:
            await self._websocket.send_bytes(frame)
        else:
            await self._websocket.send_text(frame.decode())

    def _refuse(self, status: int, message: str) -> None:
        self._close_code = _POLICY_VIOLATION
        self._outbox.put_nowait(error_envelope(status, message))

    def _end_after(self, seconds: int) -> None:
        delay = min(max(seconds, 0), _LONGEST_SECONDS)
        self._timers.append(asyncio.get_running_loop().call_later(delay, self._outbox.put_nowait, None))
