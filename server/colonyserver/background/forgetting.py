"""The forgetting loop: removes submit keys and nonces that are too old to mean anything."""

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection

from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.services.once import KEPT_SECONDS
from colonyserver.storage.database import Database
from colonyserver.storage.submission_keys import remove_old_keys, remove_old_nonces

_INTERVAL_SECONDS = 60
_AT_ONCE = 1_000
"""Rows that go in one transaction, so that nobody has to wait for long."""


class ForgettingLoop:
    """Looks every minute; several servers may do so at the same time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Go on until cancelled; raises what the database raises."""
        while True:
            await asyncio.sleep(_INTERVAL_SECONDS)
            await self.forget()

    async def forget(self) -> None:
        """Remove everything that is too old now."""
        now = self._clock.now()
        await self._remove_all(lambda connection: remove_old_nonces(connection, now, _AT_ONCE))
        oldest = now - KEPT_SECONDS * NANOSECONDS
        await self._remove_all(lambda connection: remove_old_keys(connection, oldest, _AT_ONCE))

    async def _remove_all(self, remove_some: Callable[[Connection], bool]) -> None:
        while await self._database.write(remove_some):
            await asyncio.sleep(0)
