"""The deadline loop: sleeps until the next deadline of any process, then lets it expire."""

import asyncio
import contextlib

from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.events import Events, ProcessChanged
from colonyserver.services.expiry import ExpiryService

_LONGEST_SLEEP_SECONDS = 60
"""The system's clock may be set while the loop sleeps."""

_NEVER = 2**63 - 1


class DeadlineLoop:
    """Runs `ExpiryService` whenever something is due; learns of new deadlines from events."""

    def __init__(self, expiry: ExpiryService, events: Events, clock: Clock) -> None:
        self._expiry = expiry
        self._clock = clock
        self._wake_at = _NEVER
        self._is_earlier = asyncio.Event()
        events.subscribe(ProcessChanged, self._on_process)

    async def run(self) -> None:
        """Go on until cancelled; raises what the database raises."""
        while True:
            # A deadline that is set while the database is asked lowers it again.
            self._wake_at = _NEVER
            next_due_at = await self._expiry.expire()
            latest = self._clock.now() + _LONGEST_SLEEP_SECONDS * NANOSECONDS
            self._wake_at = min(self._wake_at, next_due_at or _NEVER, latest)
            await self._sleep()

    async def _sleep(self) -> None:
        while (nanoseconds := self._wake_at - self._clock.now()) > 0:
            self._is_earlier.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(nanoseconds / NANOSECONDS):
                    await self._is_earlier.wait()

    def _on_process(self, change: ProcessChanged) -> None:
        if change.due_at is not None and change.due_at < self._wake_at:
            self._wake_at = change.due_at
            self._is_earlier.set()
