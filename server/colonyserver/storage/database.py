"""The database as the services see it: durable batched writes on one thread, reads on others."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from colonyserver.errors import DatabaseError
from colonyserver.storage import migrations
from colonyserver.storage.backend import Backend, backend_for
from colonyserver.storage.batching import Writer
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.driver import execute
from colonyserver.storage.reading import Readers
from colonyserver.storage.trouble import DriverTrouble

Item = TypeVar("Item")
Result = TypeVar("Result")
T = TypeVar("T")

_READER_COUNT = 4


class Database:
    """One open database; made by `open`, belongs to the event loop that opened it."""

    def __init__(self, backend: Backend, writer_engine: Engine, reader_engine: Engine) -> None:
        self.backend = backend
        self._engines = (writer_engine, reader_engine)
        self._writer = Writer(writer_engine)
        self._readers = Readers(reader_engine, _READER_COUNT)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open `sqlite:///path` or `postgresql://…`, and create or upgrade its tables.

        Raises `UnsupportedDatabase`, `DatabaseInUse`, or `DatabaseError` when it cannot be used.
        """
        backend = backend_for(url)
        await asyncio.to_thread(backend.hold)
        try:
            writer_engine = backend.writing_engine()
            await asyncio.to_thread(migrations.upgrade, writer_engine)
        except (sqlite3.DatabaseError, SQLAlchemyError, DriverTrouble) as error:
            backend.release()
            raise DatabaseError(f"The database {backend} cannot be used: {error}") from error
        return cls(backend, writer_engine, backend.reading_engine())

    async def write(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit` on the writer thread and return its result after the commit.

        Concurrent units share the transaction; one that raises is undone alone and its exception comes out here.
        No other server writes meanwhile, so that what a unit has read stays true until its commit.
        """
        return await self._writer.write(unit)

    def write_batched(self, operation: BatchOperation[Item, Result], item: Item) -> "asyncio.Future[Result]":
        """Run `operation` for `item` together with the items of concurrent callers; done after the commit.

        Where it does not run alone, other servers write at the same time.
        The work is done even if the future is cancelled; `operation.abandoned` is told then.
        """
        return self._writer.write_batched(operation, item)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on a reader thread; it sees everything that was acknowledged before, and one state throughout."""
        return await self._readers.read(query)

    def on_rollback(self, listener: Callable[[], None]) -> None:
        """Call `listener`, on the writer thread, after work was undone; for memory that mirrors the database."""
        self._writer.on_rollback(listener)

    async def check(self) -> None:
        """Write something; raises `Unavailable` when the database does not take it."""

        def touch(connection: Connection) -> None:
            execute(connection, "UPDATE server SET checked_at = ?", (time.time_ns(),))

        await self.write(touch)

    async def close(self) -> None:
        """Commit what was accepted, close every connection, let others use the database."""
        await self._writer.close()
        await asyncio.to_thread(self._readers.close)
        for engine in self._engines:
            engine.dispose()
        self.backend.release()
