"""Transactions on the writer thread: several operations in one, none of which can spoil it for the others."""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from colonyserver.errors import Unavailable
from colonyserver.storage.driver import commit, execute

Item = TypeVar("Item")
Result = TypeVar("Result")

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


@dataclass(eq=False, slots=True)
class Group:
    """The items of one operation that share a transaction, and where their outcomes go."""

    operation: BatchOperation[Any, Any]
    items: list[Any] = field(default_factory=list)
    futures: list["asyncio.Future[Any]"] = field(default_factory=list)
    outcomes: Sequence[Any] = ()

    def deliver(self) -> None:
        """Answer the callers; on the event loop, after the commit."""
        for item, future, outcome in zip(self.items, self.futures, self.outcomes, strict=True):
            if future.cancelled():
                self.operation.abandoned(item, outcome)
            elif isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)


class Committer:
    """Runs groups on a connection of its own, which it opens on the thread that commits first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self.rollback_listeners: list[Callable[[], None]] = []

    def commit(self, groups: Sequence[Group]) -> None:
        """Run the groups in one transaction and note the outcome of every item; never raises."""
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            self._commit(self._connection, groups)
        except Exception as error:  # noqa: BLE001 - the writer must outlive any failure; its callers get the error
            _log.warning("transaction failed", error=str(error))
            self._undo()
            for group in groups:
                group.outcomes = [_for_caller(error) for _ in group.items]

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _commit(self, connection: Connection, groups: Sequence[Group]) -> None:
        execute(connection, "BEGIN IMMEDIATE")
        if len(groups) == 1:
            self._run_alone(connection, groups[0])
        else:
            for group in groups:
                self._run_isolated(connection, group)
        commit(connection)

    def _run_alone(self, connection: Connection, group: Group) -> None:
        """Run the only group of a transaction, which can be undone as a whole: cheaper than a savepoint."""
        try:
            group.outcomes = _outcomes(connection, group.operation, group.items)
        except Exception as error:  # noqa: BLE001 - whatever an operation raises belongs to its callers
            execute(connection, "ROLLBACK")
            self._report_rollback()
            execute(connection, "BEGIN IMMEDIATE")
            group.outcomes = self._one_by_one(connection, group, error)

    def _run_isolated(self, connection: Connection, group: Group) -> None:
        try:
            group.outcomes = self._isolated(connection, group.operation, group.items)
        except Exception as error:  # noqa: BLE001 - whatever an operation raises belongs to its callers
            group.outcomes = self._one_by_one(connection, group, error)

    def _one_by_one(self, connection: Connection, group: Group, error: Exception) -> list[Any]:
        if len(group.items) == 1:
            return [_for_caller(error)]
        outcomes: list[Any] = []
        for item in group.items:
            try:
                outcomes.extend(self._isolated(connection, group.operation, [item]))
            except Exception as item_error:  # noqa: BLE001 - whatever an operation raises belongs to its callers
                outcomes.append(_for_caller(item_error))
        return outcomes

    def _isolated(self, connection: Connection, operation: BatchOperation[Any, Any], items: list[Any]) -> Sequence[Any]:
        execute(connection, "SAVEPOINT operation")
        try:
            outcomes = _outcomes(connection, operation, items)
        except Exception:
            execute(connection, "ROLLBACK TO operation")
            execute(connection, "RELEASE operation")
            self._report_rollback()
            raise
        execute(connection, "RELEASE operation")
        return outcomes

    def _undo(self) -> None:
        """End the transaction, if the database has not done so itself."""
        self._report_rollback()
        try:
            if self._connection is not None:
                execute(self._connection, "ROLLBACK")
        except sqlite3.OperationalError as error:
            _log.debug("nothing to roll back", error=str(error))

    def _report_rollback(self) -> None:
        for listener in self.rollback_listeners:
            listener()


def _outcomes(connection: Connection, operation: BatchOperation[Any, Any], items: list[Any]) -> Sequence[Any]:
    outcomes = operation.execute(connection, items)
    if len(outcomes) != len(items):
        raise RuntimeError(f"{operation!r} answered {len(outcomes)} of {len(items)} items")
    return outcomes


def _for_caller(error: Exception) -> Exception:
    if not isinstance(error, OperationalError | sqlite3.OperationalError):
        return error
    unavailable = Unavailable("The database cannot be written at the moment")
    unavailable.__cause__ = error
    return unavailable
