"""Time for tests: it stands still until somebody moves it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where a fake colony takes its time from."""

    def now(self) -> datetime:
        """The present, in UTC."""

    async def sleep_until(self, moment: datetime) -> None:
        """Return once `now` has reached the moment."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present, in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        """Return once `now` has reached the moment."""
        await asyncio.sleep((moment - self.now()).total_seconds())


class FakeClock:
    """A clock that only `advance` moves."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 12, 41, 7, tzinfo=UTC)) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The present, in UTC."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on and wake everybody whose moment has come; they run when the caller next awaits something."""
        self._now += timedelta(seconds=seconds)
        asleep = []
        for moment, sleeper in self._sleepers:
            if moment > self._now:
                asleep.append((moment, sleeper))
            elif not sleeper.done():
                sleeper.set_result(None)
        self._sleepers = asleep

    async def sleep_until(self, moment: datetime) -> None:
        """Return once `now` has reached the moment."""
        if moment <= self._now:
            return
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.append((moment, sleeper))
        await sleeper
