"""SQLite's driver, from the standard library."""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import pydantic_core

from colonyserver.storage.driver_base import Driver, Row, RowForm, check_changed

_MOST_ROWS = 32
"""Statements for 1, 2, 3 … rows up to this are made, so that the driver can keep all of them prepared."""


class SqliteDriver(Driver):
    """Statements on one connection; `types` mean nothing to SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def fetch(self, statement: str, parameters: Sequence[Any]) -> list[Row]:
        """The rows of a query."""
        return self._connection.execute(statement, parameters).fetchall()

    def execute(self, statement: str, parameters: Sequence[Any]) -> int:
        """Run one statement."""
        return self._connection.execute(statement, parameters).rowcount

    def fetch_rows(
        self,
        statement: str,
        rows: Sequence[Sequence[Any]],
        before: Sequence[Any],
        after: Sequence[Any],
        form: RowForm,
    ) -> list[Row]:
        """The rows of a query for many rows of parameters."""
        found: list[Row] = []
        for start in range(0, len(rows), _MOST_ROWS):
            some = rows[start : start + _MOST_ROWS]
            found += self.fetch(_repeated(statement, some, form), (*before, *chain.from_iterable(some), *after))
        return found

    def execute_rows(self, statement: str, rows: Sequence[Sequence[Any]], form: RowForm) -> int:
        """Run a statement for many rows of parameters."""
        changed = 0
        for start in range(0, len(rows), _MOST_ROWS):
            some = rows[start : start + _MOST_ROWS]
            parameters = tuple(chain.from_iterable(some))
            # `execute` would hand the interpreter over once more, to learn of a row id that nobody wants.
            changed += self._connection.executemany(_repeated(statement, some, form), (parameters,)).rowcount
        return changed

    def write_rows(self, statement: str, rows: Sequence[Sequence[Any]], form: RowForm, *, must_change: bool) -> None:
        """Run a statement for many rows of parameters, at once."""
        changed = self.execute_rows(statement, rows, form)
        if must_change:
            check_changed(changed, len(rows))

    def put_off(self, statement: str) -> None:
        """Run a statement at once."""
        self.execute(statement, ())

    def settle(self) -> None:
        """Nothing was put off."""

    def fetch_by_ids(self, columns: str, table: str, key: str, ids: Sequence[str], ending: str) -> list[Row]:
        """The rows of a table whose text key is among `ids`."""
        return self.fetch(_by_ids(columns, table, key, ending), (pydantic_core.to_json(ids).decode(),))

    def delete_rows(self, table: str, keys: Sequence[str], rows: Sequence[Sequence[Any]], types: str) -> None:
        """Delete the rows of a table whose key columns have these values."""
        # Not `IN (VALUES …)`: SQLite scans the whole table for that.
        each = f"({' AND '.join(f'{key} = ?' for key in keys)})"
        self.execute_rows(f"DELETE FROM {table} WHERE {{rows}}", rows, RowForm(each, " OR ", types))

    def row_lock(self, *, skip_locked: bool = False) -> str:
        """Nothing: there is one writer."""
        return ""

    def begin(self, *, alone: bool) -> None:
        """Begin a transaction that writes, always alone."""
        self.execute("BEGIN IMMEDIATE", ())

    def begin_reading(self) -> None:
        """Begin a transaction that sees one state of the database throughout."""
        self.execute("BEGIN", ())

    def commit(self) -> None:
        """End the transaction and make it durable."""
        self._connection.commit()

    def roll_back(self) -> None:
        """End the transaction and keep nothing of it."""
        self.execute("ROLLBACK", ())

    @property
    def is_lost(self) -> bool:
        """Never: there is nothing between the server and the file."""
        return False

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction


def _repeated(statement: str, rows: Sequence[Sequence[Any]], form: RowForm) -> str:
    return _written_out(statement, form.each or _placeholders(len(rows[0])), form.joined_by, len(rows))


@lru_cache(maxsize=64)
def _placeholders(count: int) -> str:
    return f"({', '.join('?' * count)})"


@lru_cache(maxsize=1024)
def _written_out(statement: str, each: str, joined_by: str, count: int) -> str:
    return statement.replace("{rows}", joined_by.join([each] * count))


@lru_cache(maxsize=64)
def _by_ids(columns: str, table: str, key: str, ending: str) -> str:
    return f"SELECT {columns} FROM json_each(?) AS wanted CROSS JOIN {table} WHERE {table}.{key} = wanted.value{ending}"
