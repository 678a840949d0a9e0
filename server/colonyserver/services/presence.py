"""Presence: when each executor was last heard from. Every call is a sign of life, and one that waits lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from colonyserver.clock import Clock
from colonyserver.storage.database import Database
from colonyserver.storage.driver import execute_rows
from colonyserver.tally import Tally

_UPDATE = """
    UPDATE executor SET last_heard_at = item.column1 FROM (VALUES {rows}) AS item
    WHERE colony_name = item.column2 AND name = item.column3
    AND (last_heard_at IS NULL OR last_heard_at < item.column1)
"""


class Presence:
    """Collects signs of life in memory and writes them in batches: they are many, and one that is lost does no harm."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._heard: dict[tuple[str, str], int] = {}
        self._in_writing: dict[tuple[str, str], int] = {}
        self._waiting = Tally[tuple[str, str]]()

    @contextmanager
    def waiting(self, colony_name: str, executor_name: str) -> Iterator[None]:
        """Count an executor as heard for as long as its call waits."""
        key = (colony_name, executor_name)
        self._waiting.add(key)
        try:
            yield
        finally:
            self.heard(*key)
            self._waiting.drop(key)

    def heard(self, colony_name: str, executor_name: str) -> None:
        """Note a sign of life of an executor."""
        self._heard[colony_name, executor_name] = self._clock.now()

    def last_heard(self, colony_name: str, executor_name: str) -> int | None:
        """The last sign of life in Unix nanoseconds, if it is newer than what the database has."""
        key = (colony_name, executor_name)
        if key in self._waiting:
            return self._clock.now()
        return self._heard.get(key) or self._in_writing.get(key)

    async def flush(self) -> None:
        """Write what was noted since the last time."""
        for key in self._waiting:
            self.heard(*key)
        if not self._heard:
            return
        self._in_writing, self._heard = self._heard, {}
        rows = [(heard_at, *executor) for executor, heard_at in self._in_writing.items()]

        def unit(connection: Connection) -> None:
            execute_rows(connection, _UPDATE, rows, types="bigint text text")

        try:
            await self._database.write(unit)
        finally:
            self._in_writing = {}
