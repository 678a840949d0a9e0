"""How long the feed rests between two turns.

1. A second, five while the terminal has no focus, and a little more or less so that many terminals do not ask together.
2. Where the server tells what happens, until then: the first news ends the rest at once, more of it within a second.
   It lasts five seconds at most (thirty without focus), because not everything is told.
3. `wake` ends every rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

FOCUSED_SECONDS = 1.0
UNFOCUSED_SECONDS = 5.0
TOLD_SECONDS = 5.0
UNFOCUSED_TOLD_SECONDS = 30.0
_SHORTEST_GAP_SECONDS = 0.05
"""Between two turns that news has caused; it doubles up to a second while there is more and more."""

_JITTER = 0.1


class Pace:
    """Lets the feed rest; `chance` is random from 0 to 1."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._wake = asyncio.Event()
        self._news = asyncio.Event()
        self._gap_seconds = _SHORTEST_GAP_SECONDS

    @property
    def is_woken(self) -> bool:
        """Whether a turn was asked for since the last one began."""
        return self._wake.is_set()

    def begin_turn(self) -> None:
        """Forget what a turn that begins now takes care of."""
        self._wake.clear()
        self._news.clear()

    def wake(self) -> None:
        """End the rest."""
        self._wake.set()

    def note_news(self) -> None:
        """End the rest as soon as the pace allows, if it is one that waits for news."""
        self._news.set()

    async def rest(self, *, focused: bool) -> None:
        """Rest where the server tells nothing."""
        await self.rest_for(self.jittered(FOCUSED_SECONDS if focused else UNFOCUSED_SECONDS))

    async def rest_until_news(self, *, focused: bool) -> None:
        """Rest where the server tells what happens."""
        await self.rest_for(self._gap_seconds if focused else UNFOCUSED_SECONDS)
        if self._wake.is_set():
            return
        if self._news.is_set():
            self._gap_seconds = min(2 * self._gap_seconds, FOCUSED_SECONDS)
            return
        self._gap_seconds = _SHORTEST_GAP_SECONDS
        await _any_of(self.jittered(TOLD_SECONDS if focused else UNFOCUSED_TOLD_SECONDS), self._wake, self._news)

    async def rest_for(self, seconds: float | None) -> None:
        """Rest for a time, None for ever, whatever is told."""
        await _any_of(seconds, self._wake)

    def jittered(self, seconds: float) -> float:
        """A time that is up to a tenth longer or shorter."""
        return seconds * (1 + _JITTER * (2 * self._chance() - 1))


async def _any_of(seconds: float | None, *events: asyncio.Event) -> None:
    """Wait until one of the events is set, or the time is over."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
