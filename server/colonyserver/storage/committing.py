"""Transactions on the writer thread: several operations in one, none of which can spoil it for the others."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine

from colonyserver.errors import Refusal
from colonyserver.storage.driver import Opened, execute
from colonyserver.storage.trouble import TROUBLE, for_caller, is_clash, sqlstate_of, unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

_ATTEMPTS = 5
"""So often a transaction is begun again that another server was in the way of, or that lost its connection early."""

_log = structlog.get_logger(__name__)


class BatchOperation(ABC, Generic[Item, Result]):
    """A kind of work that is cheaper for many items at once; `execute` runs on the writer thread."""

    runs_alone = True
    """Whether other servers write nothing while it runs. Where they may, it must lock or guard what it decides upon."""

    runs_last = False
    """Whether it runs after the other operations in its transaction, so that it finds what they have done."""

    @abstractmethod
    def execute(self, connection: Connection, items: Sequence[Item]) -> Sequence[Result | Exception]:
        """Do the work for all items; answer each, in order, with its result or the exception its caller shall get.

        When this raises, everything it did is undone and each item is tried alone.
        """

    def abandoned(self, item: Item, outcome: Result | Exception) -> None:
        """Called on the event loop when the caller of an item does not learn of its outcome.

        It went away before the item was done; or the database was lost in the middle of the commit, so that the item
        may be done or not.
        """


@dataclass(eq=False, slots=True)
class Group:
    """The items of one operation that share a transaction, and where their outcomes go."""

    operation: BatchOperation[Any, Any]
    items: list[Any] = field(default_factory=list)
    futures: list["asyncio.Future[Any]"] = field(default_factory=list)
    outcomes: Sequence[Any] = ()
    doubt: Exception | None = None
    """What the callers get when nobody knows whether the outcomes were kept."""

    def deliver(self) -> None:
        """Answer the callers; on the event loop, after the commit."""
        for item, future, outcome in zip(self.items, self.futures, self.outcomes, strict=True):
            if future.cancelled() or self.doubt is not None:
                self.operation.abandoned(item, outcome)
            if future.cancelled():
                continue
            if self.doubt is not None:
                future.set_exception(self.doubt)
            elif isinstance(outcome, Refusal):
                # The frames that refused it hold the whole batch, in a circle with the refusal itself.
                future.set_exception(outcome.with_traceback(None))
            elif isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)


class Committer:
    """Runs groups on a connection of its own, which it opens on the thread that commits first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._opened: Opened | None = None
        self._is_ending = False
        self.rollback_listeners: list[Callable[[], None]] = []

    def commit(self, groups: Sequence[Group]) -> None:
        """Run the groups in one transaction and note the outcome of every item; never raises."""
        for attempt in range(1, _ATTEMPTS + 1):
            self._is_ending = False
            try:
                if self._opened is None:
                    self._opened = Opened.by(self._engine)
                self._commit(self._opened, groups)
            except Exception as error:  # noqa: BLE001 - the writer must outlive any failure; its callers get the error
                was_lost = self._undo()
                if not self._is_ending and attempt < _ATTEMPTS and (was_lost or is_clash(error)):
                    continue
                _log.warning("transaction failed", error=str(error))
                self._fail(groups, error, in_doubt=self._is_ending and was_lost)
            return

    def close(self) -> None:
        """Close the connection."""
        if self._opened is not None:
            self._opened.connection.close()

    def _commit(self, opened: Opened, groups: Sequence[Group]) -> None:
        alone = any(group.operation.runs_alone for group in groups)
        opened.driver.begin(alone=alone)
        for group in groups:
            # The first group can be undone with the transaction, which is cheaper than a savepoint.
            isolated = group is not groups[0]
            try:
                group.outcomes = self._run(opened, group.operation, group.items, isolated=isolated)
            except _TransactionLost:
                raise
            except Exception as error:  # noqa: BLE001 - whatever an operation raises belongs to its callers
                if not isolated:
                    opened.driver.begin(alone=alone)
                group.outcomes = self._one_by_one(opened, group, error)
        self._is_ending = True
        opened.driver.commit()

    def _fail(self, groups: Sequence[Group], error: Exception, *, in_doubt: bool) -> None:
        refusal = unavailable(error)
        for group in groups:
            if in_doubt:
                group.doubt = refusal
            else:
                group.outcomes = [refusal for _ in group.items]

    def _one_by_one(self, opened: Opened, group: Group, error: Exception) -> list[Any]:
        if len(group.items) == 1:
            return [for_caller(error)]
        outcomes: list[Any] = []
        for item in group.items:
            try:
                outcomes.extend(self._run(opened, group.operation, [item], isolated=True))
            except _TransactionLost:
                raise
            except Exception as item_error:  # noqa: BLE001 - whatever an operation raises belongs to its callers
                outcomes.append(for_caller(item_error))
        return outcomes

    def _run(
        self, opened: Opened, operation: BatchOperation[Any, Any], items: list[Any], *, isolated: bool
    ) -> Sequence[Any]:
        """Run an operation; when it raises, what it did is undone, and if not isolated the transaction has ended."""
        connection, driver = opened
        if isolated:
            driver.put_off("SAVEPOINT operation")
        try:
            outcomes = _outcomes(connection, operation, items)
            if isolated:
                driver.put_off("RELEASE SAVEPOINT operation")
            driver.settle()
        except Exception as error:
            self._report_rollback()
            if not driver.in_transaction or is_clash(error):
                raise _TransactionLost(error) from error
            if isolated:
                execute(connection, "ROLLBACK TO SAVEPOINT operation")
                execute(connection, "RELEASE SAVEPOINT operation")
            else:
                driver.roll_back()
            raise
        return outcomes

    def _undo(self) -> bool:
        """End the transaction, if the database has not done so itself; whether the connection was lost."""
        self._report_rollback()
        opened = self._opened
        if opened is None:
            return False
        if not opened.driver.is_lost and opened.driver.in_transaction:
            with contextlib.suppress(*TROUBLE):
                opened.driver.roll_back()
        if not opened.driver.is_lost:
            return False
        opened.discard()
        self._opened = None
        return True

    def _report_rollback(self) -> None:
        for listener in self.rollback_listeners:
            listener()


class _TransactionLost(Exception):  # noqa: N818 - named for what happened
    """The transaction cannot go on: SQLite ends it when the disk is full, PostgreSQL when two servers are in each
    other's way. Nothing in it was kept.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.sqlstate = sqlstate_of(cause)


def _outcomes(connection: Connection, operation: BatchOperation[Any, Any], items: list[Any]) -> Sequence[Any]:
    outcomes = operation.execute(connection, items)
    if len(outcomes) != len(items):
        raise RuntimeError(f"{operation!r} answered {len(outcomes)} of {len(items)} items")
    return outcomes
