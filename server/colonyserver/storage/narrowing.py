"""Rows of one value, in the order of an index whose last two columns are that of the value and that of the order.

A list of what has one value could also be read in the order of all rows, passing over those of other values. PostgreSQL
takes that for cheap where it believes the value to be spread evenly; where it is rare, it goes through everything then.
Said in rows, only the index of the value gives the order.
"""

from sqlalchemy import Connection

from colonyserver.storage.driver import is_postgresql

LEAST, MOST = -(2**63), 2**63 - 1
"""The bounds of a column of numbers."""

_PARTIAL = {"executor_name": "executor_name <> ''", "label": "label IS NOT NULL"}


def narrowed(connection: Connection, column: str, order: str) -> str:
    """The condition for rows of one value; its parameters: the value, the least order, the value, the greatest."""
    if is_postgresql(connection):
        return f"({column}, {order}) >= (?, ?) AND ({column}, {order}) <= (?, ?)"
    # SQLite takes the index with most equal columns, and twice as long to compare rows.
    return f"{column} = ? AND {order} >= ? AND {column} = ? AND {order} <= ?"


def narrowed_processes(connection: Connection, column: str) -> str:
    """The same for processes in the order of their ranks, by an index that may hold some of them only."""
    condition = narrowed(connection, column, "rank")
    return f"{_PARTIAL[column]} AND {condition}" if column in _PARTIAL else condition


def in_order(*columns: str, newest_first: bool) -> str:
    """What follows ORDER BY."""
    direction = "DESC" if newest_first else "ASC"
    return ", ".join([f"{column} {direction}" for column in columns])
