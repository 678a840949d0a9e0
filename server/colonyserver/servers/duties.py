"""Duties: background loops that run on one server at a time."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from colonyserver.background.supervisor import Loop


class DutyLocks(ABC):
    """Says which server has which duty."""

    @abstractmethod
    def hold(self, name: str) -> AbstractAsyncContextManager[asyncio.Event]:
        """Wait until this server has the duty, and keep it for the length of the block.

        The event is set when the duty may have gone to another server. Raises when the database cannot be reached.
        """

    async def close(self) -> None:
        """Leave every duty to others."""
        return


class OwnDutyLocks(DutyLocks):
    """All duties are of the only server that there is."""

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[asyncio.Event]:
        """At once, and for good."""
        yield asyncio.Event()


class Duty:
    """A loop that runs while this server has the duty of its name, and stops when it has lost it."""

    def __init__(self, loop: Loop, locks: DutyLocks) -> None:
        self._loop = loop
        self._locks = locks
        self.name = type(loop).__name__

    async def run(self) -> None:
        """Go on until cancelled or until the duty is lost; raises what the loop raises."""
        async with self._locks.hold(self.name) as is_lost:
            working = asyncio.ensure_future(self._loop.run())
            losing = asyncio.ensure_future(is_lost.wait())
            try:
                await asyncio.wait((working, losing), return_when=asyncio.FIRST_COMPLETED)
                if working.done():
                    await working
            finally:
                working.cancel()
                losing.cancel()
                await asyncio.gather(working, losing, return_exceptions=True)
