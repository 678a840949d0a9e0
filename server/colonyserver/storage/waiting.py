"""What a waiting process stands behind, and how busy executors are."""

from collections.abc import Iterable

from sqlalchemy import Connection

from colonyserver.storage.driver import fetch
from colonyserver.storage.narrowing import LEAST, MOST, narrowed_processes

_MOST_AHEAD = 1_000
_MOST_RUNNING = 1_000


def count_ahead(connection: Connection, colony_name: str, executor_type: str, priority_time: int) -> tuple[int, bool]:
    """How many processes of a type come before a priority time, and whether that is all of them."""
    of_type = narrowed_processes(connection, "executor_type")
    [(amount,)] = fetch(
        connection,
        f"SELECT count(*) FROM (SELECT 1 AS one FROM process WHERE colony_name = ? AND state = 0 AND {of_type} "
        "AND wait_for_parents = FALSE ORDER BY executor_type, rank LIMIT ?) AS ahead",
        (colony_name, executor_type, LEAST, executor_type, priority_time - 1, _MOST_AHEAD),
    )
    return amount, amount < _MOST_AHEAD


def count_running(connection: Connection, colony_name: str, executor_names: Iterable[str]) -> dict[str, int]:
    """How many processes each executor runs."""
    return {name: _running(connection, colony_name, name) for name in executor_names}


def _running(connection: Connection, colony_name: str, executor_name: str) -> int:
    of_executor = narrowed_processes(connection, "executor_name")
    [(amount,)] = fetch(
        connection,
        "SELECT count(*) FROM (SELECT 1 AS one FROM process WHERE colony_name = ? AND state = 1 "
        f"AND {of_executor} ORDER BY executor_name, rank LIMIT ?) AS running",
        (colony_name, executor_name, LEAST, executor_name, MOST, _MOST_RUNNING),
    )
    return int(amount)
