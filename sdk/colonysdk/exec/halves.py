"""The two halves of one side of a session: what goes out, batched and never too far ahead, and what comes in."""

import asyncio
from collections import deque

from colonysdk.exec.frames import MAX_DATA_BYTES, Frame, Kind
from colonysdk.exec.sending import FrameSender

ALIVE_SECONDS = 20.0
"""So often a side says that it is there."""
SILENCE_SECONDS = 65.0
"""A side that was not heard of for so long is gone."""
_WINDOW_BYTES = 512 * 1024
_REPORT_BYTES = _WINDOW_BYTES // 4
_SHORTEST_BATCH_SECONDS, _LONGEST_BATCH_SECONDS = 0.01, 0.04
"""At most 25 frames of data a second when there is much of it: the channel takes 100 messages, for both sides."""


class Outgoing:
    """Sends the frames of one side of a session; `run` has to run for as long as it is used.

    At most 512 KiB of data are on their way that the other side has not taken yet, and 64 KiB wait here.
    """

    def __init__(self, sender: FrameSender, session: str) -> None:
        self._sender = sender
        self._session = session
        self._number = 0
        self._turn = asyncio.Lock()
        self._pieces: deque[tuple[int, bytes]] = deque()
        self._waiting_bytes = 0
        self._sent_bytes = 0
        self._taken_bytes = 0
        self._changed = asyncio.Condition()

    async def send(self, frame: Frame) -> None:
        """Send a frame at once, with its number; raises SessionLost."""
        async with self._turn:
            self._number += 1
            await self._sender.send(frame.model_copy(update={"number": self._number}))

    async def say(self, kind: Kind) -> None:
        """Send a frame that says nothing but its kind; raises SessionLost."""
        await self.send(Frame(session=self._session, kind=kind))

    async def write(self, data: bytes, stream: int = 1) -> None:
        """Hand over data to be sent soon, waiting while there is too much of it."""
        async with self._changed:
            for start in range(0, len(data), MAX_DATA_BYTES):
                piece = data[start : start + MAX_DATA_BYTES]
                await self._changed.wait_for(lambda: self._waiting_bytes < MAX_DATA_BYTES)
                self._pieces.append((stream, piece))
                self._waiting_bytes += len(piece)
                self._changed.notify_all()

    async def flushed(self) -> None:
        """Wait until all data is sent."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._waiting_bytes)

    async def take_note(self, taken_bytes: int) -> None:
        """The other side has taken so much of all data."""
        async with self._changed:
            self._taken_bytes = max(self._taken_bytes, min(taken_bytes, self._sent_bytes))
            self._changed.notify_all()

    async def run(self) -> None:
        """Send data as it comes, and a sign of life now and then; raises SessionLost."""
        pause = _SHORTEST_BATCH_SECONDS
        while True:
            try:
                async with asyncio.timeout(ALIVE_SECONDS), self._changed:
                    await self._changed.wait_for(self._may_send)
            except TimeoutError:
                await self.say(Kind.ALIVE)
                pause = _SHORTEST_BATCH_SECONDS
                continue
            await asyncio.sleep(pause)
            is_more = await self._send_batch()
            pause = min(2 * pause, _LONGEST_BATCH_SECONDS) if is_more else _SHORTEST_BATCH_SECONDS

    def _may_send(self) -> bool:
        return bool(self._pieces) and self._sent_bytes - self._taken_bytes < _WINDOW_BYTES

    async def _send_batch(self) -> bool:
        """Send what fits one frame; whether that was much."""
        stream, batch = self._pieces[0][0], b""
        while self._pieces and self._pieces[0][0] == stream and len(batch) + len(self._pieces[0][1]) <= MAX_DATA_BYTES:
            batch += self._pieces.popleft()[1]
        self._sent_bytes += len(batch)
        await self.send(Frame(session=self._session, kind=Kind.DATA, stream=2 if stream == 2 else 1, data=batch))
        async with self._changed:
            self._waiting_bytes -= len(batch)
            self._changed.notify_all()
        return len(batch) > MAX_DATA_BYTES // 4


class Incoming:
    """Sorts out what arrives from the other side of a session, and says how much of it was taken."""

    def __init__(self, outgoing: Outgoing, session: str) -> None:
        self._outgoing = outgoing
        self._session = session
        self._last_number = 0
        self._taken_bytes = 0
        self._reported_bytes = 0
        self._heard_at = asyncio.get_running_loop().time()

    @property
    def silent_seconds(self) -> float:
        """For how long nothing was heard."""
        return asyncio.get_running_loop().time() - self._heard_at

    async def is_new(self, frame: Frame) -> bool:
        """Whether a frame has something to say that was not heard before and is not dealt with here."""
        self._heard_at = asyncio.get_running_loop().time()
        if frame.number <= self._last_number:
            return False
        self._last_number = frame.number
        if frame.kind is Kind.TAKEN:
            await self._outgoing.take_note(frame.total)
        return frame.kind not in (Kind.TAKEN, Kind.ALIVE)

    async def took(self, count: int) -> None:
        """Count bytes that were taken, and tell the other side now and then; raises SessionLost."""
        self._taken_bytes += count
        if self._taken_bytes - self._reported_bytes >= _REPORT_BYTES:
            self._reported_bytes = self._taken_bytes
            await self._outgoing.send(Frame(session=self._session, kind=Kind.TAKEN, total=self._taken_bytes))
