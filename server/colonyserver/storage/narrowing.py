"""Rows of one value, in the order of an index whose last two columns are that of the value and that of the order.

A list of what has one value could also be read in the order of all rows, passing over those of other values. PostgreSQL
takes that for cheap where it believes the value to be spread evenly; where it is rare, it goes through everything then.
Said in rows, only the index of the value gives the order.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.driver import is_postgresql

LEAST, MOST = -(2**63), 2**63 - 1
"""The bounds of a column of numbers."""

_INDEXED = {
    "executor_name": "executor_name <> '' AND state <> 1",
    "executor_type": "state <> 1",
    "func_name": "state <> 1",
    "initiator_name": "state <> 1",
    "label": "label IS NOT NULL AND state <> 1",
}
"""The columns of processes that have an index, and which rows are in it; both databases want to be told that."""


class Located(NamedTuple):
    """The condition that an index serves, its parameters, and the order in which that index has the rows."""

    condition: str
    parameters: tuple[Any, ...]
    order: str


def narrowed(connection: Connection, column: str, order: str) -> str:
    """The condition for rows of one value; its parameters: the value, the least order, the value, the greatest."""
    if is_postgresql(connection):
        return f"({column}, {order}) >= (?, ?) AND ({column}, {order}) <= (?, ?)"
    # SQLite takes the index with most equal columns, and twice as long to compare rows.
    return f"{column} = ? AND {order} >= ? AND {column} = ? AND {order} <= ?"


def located_processes(
    connection: Connection,
    colony_name: str,
    state: ProcessState,
    narrowed_by: tuple[str, str] | None,
    *,
    least: int = LEAST,
    most: int = MOST,
    newest_first: bool = False,
) -> Located:
    """Processes in a state with ranks from `least` to `most`, of one value of a column if one is given."""
    if narrowed_by is None:
        parameters: tuple[Any, ...] = (least, most)
        condition, columns = "rank >= ? AND rank <= ?", ["rank"]
    elif state == ProcessState.RUNNING:
        # They are in no index of a value, and few enough to be looked through.
        column, value = narrowed_by
        parameters = (value, least, most)
        condition, columns = f"{column} = ? AND rank >= ? AND rank <= ?", ["rank"]
    else:
        column, value = narrowed_by
        parameters = (value, least, value, most)
        condition, columns = f"{_INDEXED[column]} AND {narrowed(connection, column, 'rank')}", [column, "rank"]
    return Located(
        f"colony_name = ? AND state = ? AND {condition}",
        (colony_name, int(state), *parameters),
        in_order(*columns, newest_first=newest_first),
    )


def in_order(*columns: str, newest_first: bool) -> str:
    """What follows ORDER BY."""
    direction = "DESC" if newest_first else "ASC"
    return ", ".join([f"{column} {direction}" for column in columns])
