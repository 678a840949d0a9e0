"""Reader threads, each with its own connection, so that a long query holds up neither the event loop nor the writer."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

from colonyserver.storage.driver import Opened
from colonyserver.storage.trouble import TROUBLE, unavailable

T = TypeVar("T")


class Readers:
    """A few threads that run queries; each opens its connection at its first query, and again when that was lost."""

    def __init__(self, engine: Engine, count: int) -> None:
        self._engine = engine
        self._local = threading.local()
        self._opened: set[Opened] = set()
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="database-reader")

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on a reader thread, in a transaction that sees everything committed before this call."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._query, query)

    def close(self) -> None:
        """Wait for running queries and close the connections."""
        self._pool.shutdown()
        for opened in self._opened:
            opened.connection.close()

    def _query(self, query: Callable[[Connection], T]) -> T:
        try:
            opened = self._open()
            try:
                return _in_transaction(opened, query)
            except TROUBLE:
                # It may have been lost long ago, with a database that works again by now.
                if not opened.driver.is_lost:
                    raise
                self._forget(opened)
                return _in_transaction(self._open(), query)
        except TROUBLE as error:
            raise unavailable(error) from error

    def _open(self) -> Opened:
        opened: Opened | None = getattr(self._local, "opened", None)
        if opened is None:
            opened = self._local.opened = Opened.by(self._engine)
            self._opened.add(opened)
        return opened

    def _forget(self, opened: Opened) -> None:
        self._local.opened = None
        self._opened.discard(opened)
        opened.discard()


def _in_transaction(opened: Opened, query: Callable[[Connection], T]) -> T:
    opened.driver.begin_reading()
    try:
        return query(opened.connection)
    finally:
        # An open snapshot would keep the database from removing what is outdated.
        if not opened.driver.is_lost:
            opened.driver.roll_back()
