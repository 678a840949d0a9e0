"""Output out of a runtime and into the server: batched, in order, none lost, none twice, nothing else mixed in.

One message is on its way at a time, and the journal names it before it is sent. When the answer to it gets lost, with
the connection or with the executor, the server is asked for its last messages. While the server is away nothing is read
from the runtime beyond a small buffer: the runtime keeps the rest, on disk. A log that is full is not read any further:
the program goes on, since what it writes goes to that disk in any case.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

import structlog

from colonyexecutors.delivery import deliver, deliver_once
from colonyexecutors.journal import Entry, Journal, LogMark
from colonyexecutors.ownership import confirm_ours
from colonyexecutors.runtimes.base import Output
from colonyexecutors.together import together
from colonysdk.client import ColonyClient
from colonysdk.errors import Refused
from colonysdk.units import format_bytes

_MESSAGE_BYTES = 64 * 1024
_BUFFER_BYTES = 4 * _MESSAGE_BYTES
_BATCH_SECONDS = 0.15
_MOST_LOGS = 500
_LOG_IS_FULL = 413
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_log = structlog.get_logger()


class LogSender:
    """Sends one process's output; every method raises NotOurs when the server says that it is not ours any more."""

    def __init__(
        self, client: ColonyClient, executor_id: str, journal: Journal, entry: Entry, *, limit_bytes: int
    ) -> None:
        self._limit = limit_bytes
        self._client = client
        self._executor_id = executor_id
        self._journal = journal
        self._entry = entry
        self._is_full = False
        self._turn = asyncio.Lock()

    async def settle(self) -> None:
        """After a restart: find out whether the message that was on its way has arrived."""
        pending = self._entry.pending
        if pending is not None:
            await confirm_ours(self._client, self._executor_id, self._entry)
            arrived = await deliver(partial(self._has_arrived, pending))
            self._entry.pending = None
            if arrived:
                self._entry.delivered = pending

    async def follow(self, outputs: AsyncGenerator[Output, None]) -> None:
        """Send all output as it comes; a last line without an end gets one.

        When the log is full, the rest is not read: where the runtime keeps it, nobody waits for its reader.
        """
        buffer = _Buffer()
        with suppress(_Enough):
            await together(buffer.fill(outputs), self._drain(buffer))

    async def add_line(self, line: str) -> None:
        """Send a line of the executor's own, between what the program writes."""
        async with self._turn:
            delivered = self._entry.delivered
            await self._send(f"\n{line}\n" if delivered.open_stream else f"{line}\n", delivered.position, "")

    async def add_last_line(self, line: str) -> None:
        """Send a line of the executor's own after everything that the program wrote, unless that was done already."""
        async with self._turn:
            await self._send_last_line(line)

    async def _send_last_line(self, line: str) -> None:
        delivered = self._entry.delivered
        texts = (f"{line}\n", f"\n{line}\n")
        if delivered.digest not in map(_digest, texts):
            await self._send(texts[bool(delivered.open_stream)], delivered.position, "")

    async def _drain(self, buffer: "_Buffer") -> None:
        last = False
        while not last:
            await self._check_room()
            outputs, last = await buffer.take()
            async with self._turn:
                text, open_stream = _compose(outputs, self._entry.delivered.open_stream)
                if last and open_stream:
                    text, open_stream = text + "\n", ""
                if text:
                    position = outputs[-1].position if outputs else self._entry.delivered.position
                    await self._send(text, position, open_stream)

    async def _check_room(self) -> None:
        """Raise _Enough when no more of the program's output is taken, which the log says then."""
        if self._entry.delivered.sent_bytes >= self._limit:
            await self.add_last_line(f"colony: run: output beyond {format_bytes(self._limit)} is left out")
            raise _Enough
        if self._is_full:
            raise _Enough

    async def _send(self, text: str, position: str, open_stream: str) -> None:
        before = self._entry.delivered
        digest = _digest(text)
        repeats = before.repeats + 1 if digest == before.digest else 0
        mark = LogMark(position, digest, repeats, open_stream, before.sent_bytes + len(text.encode()))
        if self._is_full:
            return
        self._entry.pending = mark
        self._journal.update(self._entry)
        try:
            add_log = partial(self._client.add_log, self._entry.process_id, text)
            await deliver_once(add_log, partial(self._has_arrived, mark))
        except Refused as refusal:
            await confirm_ours(self._client, self._executor_id, self._entry)
            self._is_full = refusal.status == _LOG_IS_FULL
            event = "the server takes no more of a log" if self._is_full else "the server refuses a part of a log"
            _log.error(event, process_id=self._entry.process_id, problem=str(refusal))
        self._entry.delivered, self._entry.pending = mark, None

    async def _has_arrived(self, mark: LogMark) -> bool:
        """Whether the server's last messages of this attempt are those that lead to the mark."""
        count = min(mark.repeats + 1, _MOST_LOGS)
        logs = await self._client.logs(self._entry.process_id, count=count, latest=True)
        start = self._entry.process.start_time
        since = (start - _EPOCH) // timedelta(microseconds=1) * 1000 if start else 0
        digests = [_digest(log.message) for log in logs if log.timestamp >= since]
        return digests == [mark.digest] * count


class _Enough(Exception):  # noqa: N818 - no error: a way out of a loop
    """No more of a program's output is taken."""


class _Buffer:
    """Output between the runtime and the server, of a bounded size."""

    def __init__(self) -> None:
        self._outputs: deque[tuple[Output, int]] = deque()
        self._bytes = 0
        self._complete = False
        self._changed = asyncio.Condition()

    async def fill(self, outputs: AsyncGenerator[Output, None]) -> None:
        """Take in all output, waiting while there is too much."""
        async with aclosing(outputs):
            async for output in outputs:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._bytes < _BUFFER_BYTES)
                    size = len(output.text.encode())
                    self._outputs.append((output, size))
                    self._bytes += size
                    self._changed.notify_all()
        async with self._changed:
            self._complete = True
            self._changed.notify_all()

    async def take(self) -> tuple[list[Output], bool]:
        """What fits one message, once that is full or a moment has passed; and whether it is the last."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._outputs or self._complete)
            with suppress(TimeoutError):
                async with asyncio.timeout(_BATCH_SECONDS):
                    await self._changed.wait_for(lambda: self._complete or self._bytes >= _MESSAGE_BYTES)
            taken: list[Output] = []
            room = _MESSAGE_BYTES
            while self._outputs and (not taken or self._outputs[0][1] <= room):
                output, size = self._outputs.popleft()
                room -= size
                self._bytes -= size
                taken.append(output)
            self._changed.notify_all()
            return taken, self._complete and not self._outputs


def _compose(outputs: list[Output], open_stream: str) -> tuple[str, str]:
    """The text of a message, and the stream that it leaves in the middle of a line.

    A line that is still open when the other stream goes on is ended first.
    """
    parts: list[str] = []
    for output in outputs:
        if open_stream and open_stream != output.stream:
            parts.append("\n")
        parts.append(output.text)
        open_stream = "" if output.text.endswith("\n") else output.stream.value
    return "".join(parts), open_stream


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
