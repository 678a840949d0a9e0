"""Statements of the hot paths, given to the database's driver as they are.

SQLAlchemy works out the columns of every textual result anew, which costs more than most of these statements do. They
still run on its connection. Parameters are `?`, rows are plain tuples.
"""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection

_MOST_ROWS = 32
"""Statements for 1, 2, 3 … rows up to this are made, so that the driver can keep all of them prepared."""


def fetch(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return _driver(connection).execute(statement, parameters).fetchall()


def execute(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement; returns how many rows it changed."""
    return _driver(connection).execute(statement, parameters).rowcount


def execute_rows(
    connection: Connection, statement: str, rows: Sequence[Sequence[Any]], *, each: str = "", joined_by: str = ", "
) -> int:
    """Run a statement for many rows of parameters at once; returns how many rows it changed.

    `{rows}` in the statement becomes `each`, or a list of `?` in brackets, once for every row. One step for many rows
    matters: the driver hands the interpreter to other threads at every step, and must wait to get it back.
    """
    if not rows:
        return 0
    each = each or _placeholders(len(rows[0]))
    driver = _driver(connection)
    changed = done = 0
    while done < len(rows):
        count = min(_MOST_ROWS, len(rows) - done)
        parameters = tuple(chain.from_iterable(rows[done : done + count]))
        # `execute` would hand the interpreter over once more, to learn of a row id that nobody wants.
        changed += driver.executemany(_repeated(statement, each, joined_by, count), (parameters,)).rowcount
        done += count
    return changed


def fetch_rows(
    connection: Connection,
    statement: str,
    rows: Sequence[Sequence[Any]],
    *,
    before: Sequence[Any] = (),
    after: Sequence[Any] = (),
    each: str = "",
    joined_by: str = ", ",
) -> list[tuple[Any, ...]]:
    """The rows of a query for many rows of parameters, in no order; `{rows}` as in `execute_rows`.

    `before` and `after` are the parameters of what stands in the statement before and after `{rows}`. An example:
    `fetch_rows(connection, "SELECT … WHERE id IN ({rows})", [(id,) for id in ids], each="?")`.
    """
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(rows), _MOST_ROWS):
        some = rows[start : start + _MOST_ROWS]
        repeated = _repeated(statement, each or _placeholders(len(some[0])), joined_by, len(some))
        found += fetch(connection, repeated, (*before, *chain.from_iterable(some), *after))
    return found


def row_lock(connection: Connection) -> str:
    """What to append to a SELECT inside a unit of work whose rows must not change before its commit.

    Empty on SQLite, which has one writer.
    """
    return " FOR UPDATE" if connection.dialect.name == "postgresql" else ""


def commit(connection: Connection) -> None:
    """End the transaction and make it durable."""
    _driver(connection).commit()


def in_transaction(connection: Connection) -> bool:
    """Whether a transaction is open; the database can end one by itself when it is in trouble."""
    return _driver(connection).in_transaction


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection | None = connection.connection.driver_connection
    assert driver is not None, "a checked out connection has a driver"
    return driver


@lru_cache(maxsize=64)
def _placeholders(count: int) -> str:
    return f"({', '.join('?' * count)})"


@lru_cache(maxsize=512)
def _repeated(statement: str, each: str, joined_by: str, count: int) -> str:
    return statement.replace("{rows}", joined_by.join([each] * count))
