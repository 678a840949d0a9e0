"""One WebSocket: frames come in and start subscriptions, whose frames go out through one short queue."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack, aclosing
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from colonysdk.envelope import decode_request
from colonysdk.errors import InvalidMessage, InvalidSignature
from colonysdk.identity import recover_id
from colonysdk.messages import Message, parse_message
from colonyserver.errors import Forbidden, Refusal
from colonyserver.gateway.metrics import Metrics
from colonyserver.gateway.replies import error_envelope
from colonyserver.gateway.seats import Seats
from colonyserver.gateway.sources import Source

_log = structlog.get_logger(__name__)

_FIRST_FRAME_SECONDS = 30
_MOST_OUTGOING = 4
"""A client that reads slowly shall slow its sources down, rather than have frames pile up here."""
_NORMAL_CLOSURE = 1000
_POLICY_VIOLATION = 1008

Admit = Callable[[str, bytes], Awaitable[None]]
"""Raises a Refusal for a caller's id and the JSON of a message that must not subscribe."""


class Connection:
    """Serves a WebSocket until its last subscription is over, an error was sent or the client leaves."""

    def __init__(
        self,
        websocket: WebSocket,
        sources: Mapping[str, Source[Any]],
        metrics: Metrics,
        admit: Admit,
        seats: Seats,
        most_subscriptions: int,
    ) -> None:
        self._websocket = websocket
        self._sources = sources
        self._metrics = metrics
        self._admit = admit
        self._seats = seats
        self._held_seats = ExitStack()
        self._subscribers: set[str] = set()
        self._most_subscriptions = most_subscriptions
        self._outbox: asyncio.Queue[bytes | None] = asyncio.Queue(_MOST_OUTGOING)
        self._subscriptions: set[asyncio.Task[None]] = set()
        self._is_binary = False
        self._is_ending = False
        self._close_code = _NORMAL_CLOSURE

    async def serve(self) -> None:
        """Serve it."""
        reading = asyncio.create_task(self._read())
        writing = asyncio.create_task(self._write())
        patience = asyncio.get_running_loop().call_later(_FIRST_FRAME_SECONDS, self._give_up)
        try:
            done, _ = await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            patience.cancel()
            self._held_seats.close()
            tasks = {reading, writing, *self._subscriptions}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self) -> None:
        while (frame := await self._websocket.receive())["type"] == "websocket.receive":
            if self._is_ending:
                continue
            self._is_binary = frame.get("bytes") is not None
            try:
                self._subscribe(frame["bytes"] if self._is_binary else frame["text"].encode())
            except InvalidMessage as error:
                await self._refuse(400, str(error))
            except InvalidSignature as error:
                await self._refuse(403, str(error))
            except Refusal as error:
                await self._refuse(error.status, error.message)

    async def _write(self) -> None:
        try:
            while (frame := await self._outbox.get()) is not None:
                if self._is_binary:
                    await self._websocket.send_bytes(frame)
                else:
                    await self._websocket.send_text(frame.decode())
            await self._websocket.close(self._close_code)
        except WebSocketDisconnect:
            return

    def _subscribe(self, frame: bytes) -> None:
        envelope = decode_request(frame)
        caller_id = recover_id(envelope.payload, envelope.signature)
        source = self._sources.get(envelope.payload_type)
        if source is None:
            raise Forbidden(f"invalid rpcMsg.PayloadType: {envelope.payload_type}")
        try:
            message_json = envelope.message_json()
            message = parse_message(envelope.payload_type, message_json)
        except InvalidMessage as error:
            raise InvalidMessage(f"Failed to subscribe, {error}") from None
        if len(self._subscriptions) >= self._most_subscriptions:
            raise Forbidden(
                f"Failed to subscribe, there are {self._most_subscriptions} subscriptions on this connection"
            )
        if caller_id not in self._subscribers:
            self._held_seats.enter_context(self._seats.hold_for(caller_id))
            self._subscribers.add(caller_id)
        self._subscriptions.add(asyncio.create_task(self._run(source, caller_id, message, message_json)))

    async def _run(self, source: Source[Any], caller_id: str, message: Message[Any], message_json: bytes) -> None:
        try:
            await self._admit(caller_id, message_json)
            await self._forward(source, caller_id, message)
        except Refusal as error:
            await self._refuse(error.status, error.message)
        except Exception:  # noqa: BLE001 - the boundary: a failure ends this connection only
            _log.exception("subscription failed", payload_type=message.payload_type)
            await self._refuse(500, "The server failed to subscribe; its log says why")
        current = asyncio.current_task()
        assert current is not None
        self._subscriptions.discard(current)
        if not self._subscriptions:
            await self._end()

    async def _forward(self, source: Source[Any], caller_id: str, message: Message[Any]) -> None:
        async with source.open(caller_id, message) as frames, aclosing(frames):
            self._metrics.subscriptions += 1
            try:
                async for frame in frames:
                    await self._outbox.put(frame)
            finally:
                self._metrics.subscriptions -= 1

    async def _refuse(self, status: int, message: str) -> None:
        """Send an error and close."""
        if not self._is_ending:
            self._close_code = _POLICY_VIOLATION
            await self._end(error_envelope(status, message))

    async def _end(self, last_frame: bytes | None = None) -> None:
        if self._is_ending:
            return
        self._is_ending = True
        if last_frame is not None:
            await self._outbox.put(last_frame)
        await self._outbox.put(None)

    def _give_up(self) -> None:
        """Close a connection that has asked for nothing; its queue has room then."""
        if not self._subscriptions and not self._is_ending:
            self._is_ending = True
            self._outbox.put_nowait(None)
