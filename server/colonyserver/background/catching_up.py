"""The catching-up loop: reads again what is kept in memory when it may have changed unnoticed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from colonyserver.errors import ServerError
from colonyserver.events import Events, EventsMissed


class CatchUpLoop:
    """Calls everybody who keeps something in memory whenever events may have been missed."""

    def __init__(self, events: Events, readers: Sequence[Callable[[], Awaitable[None]]]) -> None:
        self._readers = readers
        self._is_behind = asyncio.Event()
        events.subscribe(EventsMissed, lambda _missed: self._is_behind.set())

    async def run(self) -> None:
        """Go on until cancelled; raises what the database raises."""
        while True:
            await self._is_behind.wait()
            self._is_behind.clear()
            try:
                for read in self._readers:
                    await read()
            except ServerError:
                self._is_behind.set()
                raise
