"""The silence loop: unregisters executors that were not heard from for too long, so that others get their processes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Refusal
from colonyserver.services.presence import Presence
from colonyserver.storage.database import Database
from colonyserver.storage.silence import silent_executors

Unregister = Callable[[str, str], Awaitable[None]]
"""Unregisters an executor by colony and name, and requeues what it runs."""

_log = structlog.get_logger(__name__)


class SilenceLoop:
    """Looks for silent executors every so often; a silence that began before the server did counts from its start."""

    def __init__(
        self,
        database: Database,
        presence: Presence,
        clock: Clock,
        unregister: Unregister,
        *,
        longest_silence: timedelta,
        interval: timedelta,
    ) -> None:
        self._database = database
        self._presence = presence
        self._clock = clock
        self._unregister = unregister
        self._longest_silence = longest_silence
        self._interval = interval

    async def run(self) -> None:
        """Go on until cancelled; raises what the database raises."""
        await asyncio.sleep(self._longest_silence.total_seconds())
        while True:
            await self.check()
            await asyncio.sleep(self._interval.total_seconds())

    async def check(self) -> None:
        """Unregister those that are silent for too long now."""
        await self._presence.flush()
        now = self._clock.now()
        heard_before = now - int(self._longest_silence.total_seconds() * NANOSECONDS)
        for colony_name, name in await self._database.read(
            lambda connection: silent_executors(connection, heard_before, now)
        ):
            _log.info("executor unregistered after silence", colony=colony_name, executor=name)
            try:
                await self._unregister(colony_name, name)
            except Refusal as refusal:
                _log.warning("silent executor not unregistered", colony=colony_name, executor=name, error=str(refusal))
