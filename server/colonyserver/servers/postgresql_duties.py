"""Duties by advisory locks of PostgreSQL, which go to another server when the connection that holds them ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import blake2b
from typing import Any

import psycopg
import structlog

from colonyserver.servers.duties import DutyLocks

_LOOK_SECONDS = 1.0
"""Servers look this often whether a duty is free, and whether they still have theirs."""

_PATIENCE_SECONDS = 2.0

_log = structlog.get_logger(__name__)


class PostgresqlDutyLocks(DutyLocks):
    """Holds the locks of all duties of this server on one connection."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._in_use = asyncio.Lock()

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[asyncio.Event]:
        """Wait until the lock is free; it is lost with the connection."""
        number = _lock_number(name)
        while not await self._ask(f"SELECT pg_try_advisory_lock({number})"):
            await asyncio.sleep(_LOOK_SECONDS)
        is_lost = asyncio.Event()
        watching = asyncio.create_task(self._watch(self._connection, is_lost))
        try:
            yield is_lost
        finally:
            watching.cancel()
            if not is_lost.is_set():
                await self._ask(f"SELECT pg_advisory_unlock({number})")

    async def close(self) -> None:
        """End the connection, and with it every lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _watch(self, connection: "psycopg.AsyncConnection[Any] | None", is_lost: asyncio.Event) -> None:
        try:
            while connection is self._connection:
                await asyncio.sleep(_LOOK_SECONDS)
                await self._ask("SELECT TRUE")
        except (psycopg.Error, OSError, TimeoutError) as error:
            _log.warning("duties lost", error=str(error))
        finally:
            is_lost.set()

    async def _ask(self, question: str) -> bool:
        async with self._in_use:
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    if self._connection is None:
                        self._connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
                    row = await (await self._connection.execute(question.encode())).fetchone()
            except BaseException:
                # Whether a lock was taken is not known any more; without the connection, none is.
                await self.close()
                raise
        return bool(row and row[0])


def _lock_number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8, person=b"colony-duty").digest(), "big", signed=True)
