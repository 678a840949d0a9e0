"""Following a colony for as long as a program runs, over gaps and restarts, where the server tells what happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from colonysdk.errors import ColonyError
from colonysdk.extensions import EVENTS
from colonysdk.objects import ColonyEvents

if TYPE_CHECKING:
    from colonysdk.client import ColonyClient

_SHORTEST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0


class Follower:
    """Calls `hear` with what happens; `is_live` says whether it would hear of something now.

    A frame is `missed` when something may have happened that is not told: the first one, and that after a gap that the
    server cannot bridge. `lost` is called when a subscription breaks. With `mine`, only events about the processes of
    the calling executor are heard.
    """

    def __init__(
        self,
        connect: Callable[[], ColonyClient],
        hear: Callable[[ColonyEvents], None],
        *,
        lost: Callable[[], None] = lambda: None,
        mine: bool = False,
    ) -> None:
        self.is_live = False
        self._connect = connect
        self._hear = hear
        self._lost = lost
        self._mine = mine
        self._cursor = ""
        self._pause_seconds = _SHORTEST_PAUSE_SECONDS

    async def run(self) -> None:
        """Follow until cancelled, or until the server turns out to tell nothing.

        Between two subscriptions there is a pause, which doubles from 1 to 30 s while none succeeds.
        """
        client = self._connect()
        while True:
            with suppress(ColonyError):
                if not await client.offers(EVENTS):
                    return
                await self._follow(client)
            # A server that stops ends subscriptions without an error, too.
            await self._pause()

    async def _pause(self) -> None:
        await asyncio.sleep(self._pause_seconds)
        self._pause_seconds = min(_LONGEST_PAUSE_SECONDS, 2 * self._pause_seconds)

    async def _follow(self, client: ColonyClient) -> None:
        try:
            async with aclosing(client.events(self._cursor, mine=self._mine)) as frames:
                async for frame in frames:
                    self.is_live = True
                    self._pause_seconds = _SHORTEST_PAUSE_SECONDS
                    is_first = not self._cursor
                    self._cursor = frame.cursor
                    self._hear(frame.model_copy(update={"missed": True}) if is_first else frame)
        finally:
            if self.is_live:
                self.is_live = False
                self._lost()
