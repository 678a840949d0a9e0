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
    """Looks for silent executors every so often.

    Only a silence that the server was there to hear counts: not from before its start, nor while the machine slept.
    """

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
        listening_since = looked_at = self._clock.now()
        while True:
            await asyncio.sleep(self._interval.total_seconds())
            now = self._clock.now()
            if now - looked_at > _nanoseconds(self._interval + self._longest_silence / 2):
                listening_since = now
            looked_at = now
            if now - listening_since >= _nanoseconds(self._longest_silence):
                await self.check()

    async def check(self) -> None:
        """Unregister those that are silent for too long now."""
        await self._presence.flush()
        now = self._clock.now()
        heard_before = now - _nanoseconds(self._longest_silence)
        for colony_name, name in await self._database.read(
            lambda connection: silent_executors(connection, heard_before, now)
        ):
            _log.info("executor unregistered after silence", colony=colony_name, executor=name)
            try:
                await self._unregister(colony_name, name)
            except Refusal as refusal:
                _log.warning("silent executor not unregistered", colony=colony_name, executor=name, error=str(refusal))


def _nanoseconds(span: timedelta) -> int:
    return int(span.total_seconds() * NANOSECONDS)
