"""From a thread that reads to the event loop, in batches of a bounded size."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")

_LOOK_SECONDS = 1.0


class ThreadFeed(Generic[ItemT]):
    """Iterates over a blocking `source` in a thread of its own, at most `room` items ahead of the reader.

    `interrupt` has to end a blocked iteration; it is called when the reader leaves early.
    """

    def __init__(self, source: Iterable[ItemT], interrupt: Callable[[], None], room: int = 1024) -> None:
        self._source = source
        self._interrupt = interrupt
        self._capacity = room
        self._items: deque[ItemT] = deque()
        self._room = threading.Event()
        self._ended = False
        self._left = False
        self._error: Exception | None = None
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self._announced = False

    async def batches(self) -> AsyncGenerator[list[ItemT], None]:
        """Yield what has arrived, all of it at once; an error of the iteration is raised after the last item."""
        threading.Thread(target=self._read, name="thread-feed", daemon=True).start()
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                # Before looking: what comes after this is announced again.
                self._announced = False
                ended = self._ended
                batch = [self._items.popleft() for _ in range(len(self._items))]
                self._room.set()
                if batch:
                    yield batch
                if ended:
                    break
        finally:
            self._left = True
            self._room.set()
            self._interrupt()
        if self._error is not None:
            raise self._error

    def _read(self) -> None:
        try:
            for item in self._source:
                self._items.append(item)
                self._announce()
                self._wait_for_room()
                if self._left:
                    break
        except Exception as error:  # noqa: BLE001 - handed over to the reader, who raises it
            self._error = error
        self._ended = True
        self._announced = False
        self._announce()

    def _wait_for_room(self) -> None:
        while len(self._items) >= self._capacity and not self._left:
            self._room.clear()
            if len(self._items) >= self._capacity:
                self._room.wait(_LOOK_SECONDS)

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            with suppress(RuntimeError):  # the event loop is closed, so nobody reads any more
                self._loop.call_soon_threadsafe(self._arrived.set)
