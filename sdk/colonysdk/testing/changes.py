"""Waiting for a change of a fake colony, or for the clock."""

import asyncio
from datetime import datetime

from colonysdk.testing.clock import Clock


class Changes:
    """Lets any number of waiters hear of every change."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next = asyncio.Event()

    def announce(self) -> None:
        """Wake everybody who waits now."""
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self, until: datetime) -> None:
        """Return at the next change, or at `until` when nothing changes before."""
        waits = [asyncio.ensure_future(self._next.wait()), asyncio.ensure_future(self._clock.sleep_until(until))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
