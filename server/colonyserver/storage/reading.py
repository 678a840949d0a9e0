"""Reader threads, each with its own connection, so that a long query holds up neither the event loop nor the writer."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

from colonyserver.storage.driver import execute
from colonyserver.storage.trouble import TROUBLE, unavailable

T = TypeVar("T")


class Readers:
    """A few threads that run queries."""

    def __init__(self, engine: Engine, count: int) -> None:
        self._engine = engine
        self._local = threading.local()
        self._connections: list[Connection] = []
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="database-reader", initializer=self._connect)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on a reader thread, in a transaction that sees everything committed before this call."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._query, query)

    def close(self) -> None:
        """Wait for running queries and close the connections."""
        self._pool.shutdown()
        for connection in self._connections:
            connection.close()

    def _connect(self) -> None:
        self._local.connection = self._engine.connect()
        self._connections.append(self._local.connection)

    def _query(self, query: Callable[[Connection], T]) -> T:
        connection: Connection = self._local.connection
        execute(connection, "BEGIN")
        try:
            return query(connection)
        except TROUBLE as error:
            raise unavailable(error) from error
        finally:
            # An open snapshot would keep the write-ahead log from being folded back.
            execute(connection, "ROLLBACK")
