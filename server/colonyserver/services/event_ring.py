"""The last events of one colony, for followers that each go at their own pace."""

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

_MOST_KEPT = 4_096


class Followed(NamedTuple):
    """An event under its number: ready wire JSON, and the executor that it concerns, empty for none."""

    number: int
    executor_id: str
    event_json: bytes


class EventRing:
    """Keeps the last few thousand events; a follower that falls behind further learns that it has missed some."""

    def __init__(self, floor: int) -> None:
        """`floor` is the number of the last event that is not kept."""
        self.followers = 0
        self.left_at = 0
        """When the last follower left, in Unix nanoseconds."""

        self._floor = floor
        self._events: deque[Followed] = deque()
        self._news = asyncio.Event()

    @property
    def last(self) -> int:
        """The number of the newest event, or of the last before there were any."""
        return self._events[-1].number if self._events else self._floor

    def append(self, event: Followed) -> None:
        """Add an event and wake those who wait."""
        self._events.append(event)
        if len(self._events) > _MOST_KEPT:
            self._floor = self._events.popleft().number
        self._wake()

    def lose(self, number: int) -> None:
        """Note, under a new number, that something has happened that nobody knows; every follower learns so."""
        self._events.clear()
        self._floor = number
        self._wake()

    def after(self, number: int) -> Sequence[Followed] | None:
        """The events after a number, oldest first; None when some of them are not kept any more."""
        if number < self._floor:
            return None
        newer = list(takewhile(lambda event: event.number > number, reversed(self._events)))
        newer.reverse()
        return newer

    async def beyond(self, number: int, until: float) -> bool:
        """Wait for an event after a number; False when there was none until then, in the event loop's time."""
        try:
            async with asyncio.timeout_at(until):
                while self.last <= number:
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    def _wake(self) -> None:
        self._news.set()
        # Who waits holds the old event; the next to wait gets one that is not set.
        self._news = asyncio.Event()
