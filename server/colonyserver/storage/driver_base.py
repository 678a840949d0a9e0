"""What differs between the databases: the interface of their drivers."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

Row = tuple[Any, ...]


class RowForm:
    """How `{rows}` is written out: what stands for each row, what stands between them, and the types of the columns."""

    __slots__ = ("each", "joined_by", "types")

    def __init__(self, each: str, joined_by: str, types: str) -> None:
        self.each = each
        self.joined_by = joined_by
        self.types = types


class Driver(ABC):
    """What differs between the databases; one for each connection, made when that is opened."""

    @abstractmethod
    def fetch(self, statement: str, parameters: Sequence[Any]) -> list[Row]:
        """The rows of a query."""

    @abstractmethod
    def execute(self, statement: str, parameters: Sequence[Any]) -> int:
        """Run one statement; returns how many rows it changed."""

    @abstractmethod
    def fetch_rows(
        self,
        statement: str,
        rows: Sequence[Sequence[Any]],
        before: Sequence[Any],
        after: Sequence[Any],
        form: RowForm,
    ) -> list[Row]:
        """The rows of a query for many rows of parameters."""

    @abstractmethod
    def execute_rows(self, statement: str, rows: Sequence[Sequence[Any]], form: RowForm) -> int:
        """Run a statement for many rows of parameters; returns how many rows it changed."""

    @abstractmethod
    def write_rows(self, statement: str, rows: Sequence[Sequence[Any]], form: RowForm, *, must_change: bool) -> None:
        """Run a statement for many rows of parameters, at the latest with the next one whose outcome is wanted.

        With `must_change`, RuntimeError is raised unless every row has changed one.
        """

    @abstractmethod
    def put_off(self, statement: str) -> None:
        """Run a statement without parameters, at the latest with the next one whose outcome is wanted."""

    @abstractmethod
    def settle(self) -> None:
        """Have everything done that was put off; raises what went wrong with it."""

    @abstractmethod
    def fetch_by_ids(self, columns: str, table: str, key: str, ids: Sequence[str], ending: str) -> list[Row]:
        """The rows of a table whose text key is among `ids`; `ending` follows the WHERE clause."""

    @abstractmethod
    def delete_rows(self, table: str, keys: Sequence[str], rows: Sequence[Sequence[Any]], types: str) -> None:
        """Delete the rows of a table whose key columns have these values, at the latest as `write_rows` does."""

    @abstractmethod
    def row_lock(self, *, skip_locked: bool = False) -> str:
        """What a SELECT ends with that keeps its rows from being changed by others before the commit.

        Rows that another server has locked are waited for, or left out.
        """

    @abstractmethod
    def begin(self, *, alone: bool) -> None:
        """Begin a transaction that writes; `alone` keeps the writing transactions of other servers out."""

    @abstractmethod
    def begin_reading(self) -> None:
        """Begin a transaction that sees one state of the database throughout."""

    @abstractmethod
    def commit(self) -> None:
        """End the transaction and make it durable; raises unless that is certain."""

    @abstractmethod
    def roll_back(self) -> None:
        """End the transaction and keep nothing of it."""

    @property
    @abstractmethod
    def is_lost(self) -> bool:
        """Whether the connection is of no use any more."""

    @property
    @abstractmethod
    def in_transaction(self) -> bool:
        """Whether a transaction is open; the database can end one by itself when it is in trouble."""


def check_changed(changed: int | None, row_count: int) -> None:
    """Raise RuntimeError unless as many rows were changed as there were rows to change them."""
    if changed != row_count:
        raise RuntimeError(f"{row_count - (changed or 0)} of {row_count} rows were not in the state they were read in")
