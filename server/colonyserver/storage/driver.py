"""Statements of the hot paths, given to the database's driver as they are.

SQLAlchemy works out the columns of every textual result anew, which costs more than most of these statements do. They
still run on its connection. Parameters are `?`, rows are plain tuples.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Engine

from colonyserver.storage.driver_base import Driver, Row, RowForm

SERVER_NUMBER = "server_number"
"""Where a connection's `info` has the number of the server that writes over it."""


class Opened(NamedTuple):
    """An open connection with its driver, which is still at hand when the connection is lost."""

    connection: Connection
    driver: Driver

    @classmethod
    def by(cls, engine: Engine) -> Self:
        """Open a connection."""
        connection = engine.connect()
        return cls(connection, driver_of(connection))

    def discard(self) -> None:
        """Let go of a connection that was lost."""
        self.connection.invalidate()
        self.connection.close()


def driver_of(connection: Connection) -> Driver:
    """The driver of a connection that `engines` opened."""
    driver: Driver = connection.info["driver"]
    return driver


def is_postgresql(connection: Connection) -> bool:
    """Whether this is PostgreSQL; for the few statements that need a form of their own there."""
    return connection.dialect.name == "postgresql"


def fetch(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """The rows of a query."""
    return driver_of(connection).fetch(statement, parameters)


def execute(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement; returns how many rows it changed."""
    return driver_of(connection).execute(statement, parameters)


def execute_rows(
    connection: Connection,
    statement: str,
    rows: Sequence[Sequence[Any]],
    *,
    each: str = "",
    joined_by: str = ", ",
    types: str = "",
) -> int:
    """Run a statement for many rows of parameters at once; returns how many rows it changed.

    `{rows}` in the statement becomes `each`, or a list of `?` in brackets, once for every row. One step for many rows
    matters: the driver hands the interpreter to other threads at every step, and must wait to get it back.

    `types` names PostgreSQL's types of the columns, as "bigint text"; it makes `VALUES {rows}` and `IN ({rows})` the
    same short statement for any number of rows there, and gives columns that are NULL throughout their type.
    """
    return driver_of(connection).execute_rows(statement, rows, RowForm(each, joined_by, types)) if rows else 0


def write_rows(
    connection: Connection, statement: str, rows: Sequence[Sequence[Any]], *, types: str, must_change: bool = False
) -> None:
    """Do the same inside a unit of work, where nobody needs to know yet what comes of it.

    It is done at the latest before the next statement whose outcome is wanted, or before the end of the unit. With
    `must_change` the unit fails with RuntimeError unless every row has changed one.
    """
    if rows:
        driver_of(connection).write_rows(statement, rows, RowForm("", ", ", types), must_change=must_change)


def fetch_rows(
    connection: Connection,
    statement: str,
    rows: Sequence[Sequence[Any]],
    *,
    before: Sequence[Any] = (),
    after: Sequence[Any] = (),
    each: str = "",
    joined_by: str = ", ",
    types: str = "",
) -> list[Row]:
    """The rows of a query for many rows of parameters, in no order; `{rows}` and `types` as in `execute_rows`.

    `before` and `after` are the parameters of what stands in the statement before and after `{rows}`. An example:
    `fetch_rows(connection, "SELECT … WHERE id IN ({rows})", [(id,) for id in ids], each="?")`.
    """
    if not rows:
        return []
    return driver_of(connection).fetch_rows(statement, rows, before, after, RowForm(each, joined_by, types))


def fetch_by_ids(
    connection: Connection,
    columns: str,
    table: str,
    key: str,
    ids: Iterable[str],
    *,
    condition: str = "",
    order_by: str = "",
    lock: bool = False,
) -> list[Row]:
    """The rows of a table whose text key is among `ids`; `condition` goes on from there with AND.

    With `lock`, and inside a unit of work, nobody else changes them before its commit.
    """
    wanted = [*dict.fromkeys(ids)]
    if not wanted:
        return []
    driver = driver_of(connection)
    locking = driver.row_lock() if lock else ""
    # Locks are always taken in the same order, so that two servers never wait for each other in a circle.
    order = order_by or (key if locking else "")
    ending = f" {condition}" + (f" ORDER BY {order}{locking}" if order else "")
    return driver.fetch_by_ids(columns, table, key, wanted, ending)


def delete_rows(
    connection: Connection, table: str, keys: Sequence[str], rows: Sequence[Sequence[Any]], types: str
) -> None:
    """Delete the rows of a table whose key columns have these values, as `write_rows` does."""
    if rows:
        driver_of(connection).delete_rows(table, keys, rows, types)


def row_lock(connection: Connection) -> str:
    """What to append to a SELECT inside a unit of work whose rows must not change before its commit.

    Empty where that is so anyway: on SQLite, which has one writer, in units that run alone, and for readers.
    """
    return driver_of(connection).row_lock()
