"""From a thread that reads to the event loop: a bounded queue of items."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")


class ThreadFeed(Generic[ItemT]):
    """Iterates over a blocking `source` in a thread of its own, at most `room` of them ahead of the reader.

    `interrupt` has to end a blocked iteration; it is called when the reader leaves early.
    """

    def __init__(self, source: Iterable[ItemT], interrupt: Callable[[], None], room: int = 64) -> None:
        self._source = source
        self._interrupt = interrupt
        self._room = threading.Semaphore(room)
        self._left = False
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[ItemT | None] = asyncio.Queue()
        self._error: Exception | None = None

    async def items(self) -> AsyncGenerator[ItemT, None]:
        """Yield the items; an error of the iteration is raised after the last one."""
        threading.Thread(target=self._read, name="thread-feed", daemon=True).start()
        try:
            while (item := await self._queue.get()) is not None:
                self._room.release()
                yield item
        finally:
            self._left = True
            self._room.release()
            self._interrupt()
        if self._error is not None:
            raise self._error

    def _read(self) -> None:
        try:
            for item in self._source:
                self._room.acquire()
                if self._left:
                    return
                self._put(item)
        except Exception as error:  # noqa: BLE001 - handed over to the reader, who raises it
            self._error = error
        self._put(None)

    def _put(self, item: ItemT | None) -> None:
        with suppress(RuntimeError):  # the event loop is closed, so nobody reads any more
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)
