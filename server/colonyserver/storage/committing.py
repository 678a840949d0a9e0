"""Transactions on the writer thread: several operations in one, none of which can spoil it for the others."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine

from colonyserver.storage.driver import commit, execute, in_transaction
from colonyserver.storage.trouble import for_caller, unavailable

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
                group.outcomes = [unavailable(error) for _ in group.items]

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _commit(self, connection: Connection, groups: Sequence[Group]) -> None:
        execute(connection, "BEGIN IMMEDIATE")
        for group in groups:
            try:
                # The only group can be undone with the transaction, which is cheaper than a savepoint.
                group.outcomes = self._run(connection, group.operation, group.items, isolated=len(groups) > 1)
            except _TransactionLost:
                raise
            except Exception as error:  # noqa: BLE001 - whatever an operation raises belongs to its callers
                group.outcomes = self._one_by_one(connection, group, error)
        commit(connection)

    def _one_by_one(self, connection: Connection, group: Group, error: Exception) -> list[Any]:
        if len(group.items) == 1:
            return [for_caller(error)]
        outcomes: list[Any] = []
        for item in group.items:
            try:
                outcomes.extend(self._run(connection, group.operation, [item], isolated=True))
            except _TransactionLost:
                raise
            except Exception as item_error:  # noqa: BLE001 - whatever an operation raises belongs to its callers
                outcomes.append(for_caller(item_error))
        return outcomes

    def _run(
        self, connection: Connection, operation: BatchOperation[Any, Any], items: list[Any], *, isolated: bool
    ) -> Sequence[Any]:
        """Run an operation; when it raises, what it did is undone, and if not isolated everything before it too."""
        if isolated:
            execute(connection, "SAVEPOINT operation")
        try:
            outcomes = _outcomes(connection, operation, items)
        except Exception as error:
            self._report_rollback()
            if not in_transaction(connection):
                raise _TransactionLost(str(error)) from error
            if isolated:
                execute(connection, "ROLLBACK TO operation")
                execute(connection, "RELEASE operation")
            else:
                execute(connection, "ROLLBACK")
                execute(connection, "BEGIN IMMEDIATE")
            raise
        if isolated:
            execute(connection, "RELEASE operation")
        return outcomes

    def _undo(self) -> None:
        """End the transaction, if the database has not done so itself."""
        self._report_rollback()
        if self._connection is not None and in_transaction(self._connection):
            execute(self._connection, "ROLLBACK")

    def _report_rollback(self) -> None:
        for listener in self.rollback_listeners:
            listener()


class _TransactionLost(Exception):  # noqa: N818 - named for what happened
    """The database ended the transaction by itself, as SQLite does when the disk is full: nothing in it was kept."""


def _outcomes(connection: Connection, operation: BatchOperation[Any, Any], items: list[Any]) -> Sequence[Any]:
    outcomes = operation.execute(connection, items)
    if len(outcomes) != len(items):
        raise RuntimeError(f"{operation!r} answered {len(outcomes)} of {len(items)} items")
    return outcomes
