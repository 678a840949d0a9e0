"""The writer: one thread with one connection, where concurrent units of work share a transaction and its commit.

Work that arrives while a transaction is being committed waits for the next one, so batches grow with the load by
themselves. Each caller is answered after the commit that holds its work.
"""

import asyncio
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from colonyserver.errors import Unavailable
from colonyserver.storage.driver import execute

Item = TypeVar("Item")
Result = TypeVar("Result")
T = TypeVar("T")

_log = structlog.get_logger(__name__)


class BatchOperation(ABC, Generic[Item, Result]):
    """A kind of work that is cheaper for many items at once; `execute` runs on the writer thread."""

    @abstractmethod
    def execute(self, connection: Connection, items: Sequence[Item]) -> Sequence[Result | Exception]:
        """Do the work for all items; answer each, in order, with its result or the exception its caller shall get.

        When this raises, everything it did is undone and each item is tried alone.
        """

    def abandoned(self, item: Item, outcome: Result | Exception) -> None:
        """Called on the event loop when the caller of an item went away before the item was done."""


@dataclass(eq=False)
class _Group:
    operation: BatchOperation[Any, Any]
    items: list[Any] = field(default_factory=list)
    futures: list["asyncio.Future[Any]"] = field(default_factory=list)
    outcomes: Sequence[Any] = ()


class _Unit(BatchOperation[None, T]):
    """A single function as an operation of its own."""

    def __init__(self, function: Callable[[Connection], T]) -> None:
        self._function = function

    def execute(self, connection: Connection, items: Sequence[None]) -> Sequence[T | Exception]:
        return [self._function(connection) for _ in items]


class Writer:
    """Runs units of work on its thread; every public method belongs to the event loop it was made on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._loop = asyncio.get_running_loop()
        self._pending: dict[BatchOperation[Any, Any], _Group] = {}
        self._is_busy = False
        self._is_closed = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._batches: SimpleQueue[list[_Group] | None] = SimpleQueue()
        self._rollback_listeners: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def on_rollback(self, listener: Callable[[], None]) -> None:
        """Call `listener`, on the writer thread, whenever work was undone."""
        self._rollback_listeners.append(listener)

    def write(self, function: Callable[[Connection], T]) -> "asyncio.Future[T]":
        """Queue one function; the future holds its result once that is committed."""
        return self.write_batched(_Unit(function), None)

    def write_batched(self, operation: BatchOperation[Item, Result], item: Item) -> "asyncio.Future[Result]":
        """Queue one item of an operation; the future holds its result once that is committed.

        Raises `Unavailable` after `close`.
        """
        if self._is_closed:
            raise Unavailable("The server is stopping; try again in a moment")
        future: asyncio.Future[Result] = self._loop.create_future()
        if not self._pending and not self._is_busy:
            self._is_busy = True
            self._idle.clear()
            # The requests of one turn of the loop shall share a transaction.
            self._loop.call_soon(self._dispatch)
        group = self._pending.get(operation)
        if group is None:
            group = self._pending[operation] = _Group(operation)
        group.items.append(item)
        group.futures.append(future)
        return future

    async def close(self) -> None:
        """Refuse new work, commit what was accepted, end the thread."""
        self._is_closed = True
        await self._idle.wait()
        self._batches.put(None)
        await asyncio.to_thread(self._thread.join)

    def _dispatch(self) -> None:
        groups = list(self._pending.values())
        self._pending = {}
        self._batches.put(groups)

    def _deliver(self, groups: list[_Group]) -> None:
        if self._pending:
            self._dispatch()
        else:
            self._is_busy = False
            self._idle.set()
        for group in groups:
            for item, future, outcome in zip(group.items, group.futures, group.outcomes, strict=True):
                if future.cancelled():
                    group.operation.abandoned(item, outcome)
                elif isinstance(outcome, Exception):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while (groups := self._batches.get()) is not None:
                try:
                    self._commit(connection, groups)
                except Exception as error:  # noqa: BLE001 - the writer must outlive any failure; its callers get the error
                    _log.warning("transaction failed", error=str(error))
                    connection.invalidate()
                    connection.rollback()
                    self._report_rollback()
                    for group in groups:
                        group.outcomes = [_for_caller(error)] * len(group.items)
                self._loop.call_soon_threadsafe(self._deliver, groups)

    def _commit(self, connection: Connection, groups: list[_Group]) -> None:
        for group in groups:
            try:
                group.outcomes = self._isolated(connection, group.operation, group.items)
            except Exception as error:  # noqa: BLE001 - whatever a unit raises belongs to its caller
                group.outcomes = self._one_by_one(connection, group, error)
        if connection.in_transaction():
            connection.commit()

    def _one_by_one(self, connection: Connection, group: _Group, error: Exception) -> list[Any]:
        if len(group.items) == 1:
            return [_for_caller(error)]
        outcomes: list[Any] = []
        for item in group.items:
            try:
                outcomes.extend(self._isolated(connection, group.operation, [item]))
            except Exception as item_error:  # noqa: BLE001 - whatever a unit raises belongs to its caller
                outcomes.append(_for_caller(item_error))
        return outcomes

    def _isolated(self, connection: Connection, operation: BatchOperation[Any, Any], items: list[Any]) -> Sequence[Any]:
        execute(connection, "SAVEPOINT unit")
        try:
            outcomes = operation.execute(connection, items)
            if len(outcomes) != len(items):
                raise RuntimeError(f"{operation!r} answered {len(outcomes)} of {len(items)} items")  # noqa: TRY301
        except Exception:
            execute(connection, "ROLLBACK TO unit")
            execute(connection, "RELEASE unit")
            self._report_rollback()
            raise
        execute(connection, "RELEASE unit")
        return outcomes

    def _report_rollback(self) -> None:
        for listener in self._rollback_listeners:
            listener()


def _for_caller(error: Exception) -> Exception:
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        unavailable = Unavailable("The database cannot be written at the moment")
        unavailable.__cause__ = error
        return unavailable
    return error
