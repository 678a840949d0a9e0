"""What a waiting process stands behind, and how busy executors are."""

from collections.abc import Iterable

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.driver import fetch, fetch_rows
from colonyserver.storage.narrowing import located_processes

_MOST_AHEAD = 1_000

_RUNNING = """
    SELECT executor_name, count(*) FROM process
    WHERE colony_name = ? AND state = 1 AND executor_name IN ({rows})
    GROUP BY executor_name
"""


def count_ahead(connection: Connection, colony_name: str, executor_type: str, priority_time: int) -> tuple[int, bool]:
    """How many processes of a type come before a priority time, and whether that is all of them."""
    of_type = ("executor_type", executor_type)
    condition, parameters, order = located_processes(
        connection, colony_name, ProcessState.WAITING, of_type, most=priority_time - 1
    )
    [(amount,)] = fetch(
        connection,
        f"SELECT count(*) FROM (SELECT 1 AS one FROM process WHERE {condition} "
        f"AND wait_for_parents = FALSE ORDER BY {order} LIMIT ?) AS ahead",
        (*parameters, _MOST_AHEAD),
    )
    return amount, amount < _MOST_AHEAD


def count_running(connection: Connection, colony_name: str, executor_names: Iterable[str]) -> dict[str, int]:
    """How many processes each executor runs."""
    names = [*executor_names]
    rows = [(name,) for name in names]
    found = fetch_rows(connection, _RUNNING, rows, before=(colony_name,), each="?", types="text")
    return {**dict.fromkeys(names, 0), **dict(found)}
