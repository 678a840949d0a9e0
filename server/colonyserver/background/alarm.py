"""An alarm for loops that sleep until something falls due."""

import asyncio
import contextlib

from colonyserver.clock import NANOSECONDS, Clock

_LONGEST_SLEEP_SECONDS = 10
"""The system's clock may be set while a loop sleeps, and news from another server may get lost."""

_NEVER = 2**63 - 1


class Alarm:
    """A time to wake at, which may be put forward at any time; in Unix nanoseconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wake_at = _NEVER
        self._is_earlier = asyncio.Event()

    def reset(self) -> None:
        """Forget the time; call it before looking for what is due, so that what falls due meanwhile counts."""
        self._wake_at = _NEVER

    def wake_at(self, moment: int | None) -> None:
        """Wake at a moment unless an earlier one is set; None changes nothing."""
        if moment is not None and moment < self._wake_at:
            self._wake_at = moment
            self._is_earlier.set()

    async def wait(self) -> None:
        """Sleep until it is time, for ten seconds at most."""
        self.wake_at(self._clock.now() + _LONGEST_SLEEP_SECONDS * NANOSECONDS)
        while (nanoseconds := self._wake_at - self._clock.now()) > 0:
            self._is_earlier.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(nanoseconds / NANOSECONDS):
                    await self._is_earlier.wait()
