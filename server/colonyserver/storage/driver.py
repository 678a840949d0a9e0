"""Statements of the hot paths, given to the database's driver as they are.

SQLAlchemy works out the columns of every textual result anew, which costs more than most of these statements do. They
still run on its connection and inside its transaction. Parameters are `?`, rows are plain tuples.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection


def fetch(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return _driver(connection).execute(statement, parameters).fetchall()


def execute(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement; returns how many rows it changed."""
    return _driver(connection).execute(statement, parameters).rowcount


def execute_many(connection: Connection, statement: str, rows: Sequence[Sequence[Any]]) -> int:
    """Run one changing statement for each row of parameters; returns how many rows they changed together."""
    return _driver(connection).executemany(statement, rows).rowcount if rows else 0


def _driver(connection: Connection) -> sqlite3.Connection:
    if not connection.in_transaction():
        connection.begin()
    driver: sqlite3.Connection | None = connection.connection.driver_connection
    assert driver is not None, "a checked out connection has a driver"
    return driver
