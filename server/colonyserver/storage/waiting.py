"""What a waiting process stands behind, and how busy executors are."""

from collections.abc import Iterable

from sqlalchemy import Connection

from colonyserver.storage.driver import fetch

_MOST_AHEAD = 1_000
_MOST_RUNNING = 1_000


def count_ahead(connection: Connection, colony_name: str, executor_type: str, priority_time: int) -> tuple[int, bool]:
    """How many processes of a type come before a priority time, and whether that is all of them."""
    [(amount,)] = fetch(
        connection,
        "SELECT count(*) FROM (SELECT 1 AS one FROM process WHERE colony_name = ? AND state = 0 AND executor_type = ? "
        "AND rank < ? AND wait_for_parents = FALSE ORDER BY rank LIMIT ?) AS ahead",
        (colony_name, executor_type, priority_time, _MOST_AHEAD),
    )
    return amount, amount < _MOST_AHEAD


def count_running(connection: Connection, colony_name: str, executor_names: Iterable[str]) -> dict[str, int]:
    """How many processes each executor runs."""
    return {name: _running(connection, colony_name, name) for name in executor_names}


def _running(connection: Connection, colony_name: str, executor_name: str) -> int:
    [(amount,)] = fetch(
        connection,
        "SELECT count(*) FROM (SELECT 1 AS one FROM process WHERE colony_name = ? AND state = 1 "
        "AND executor_name = ? AND executor_name <> '' LIMIT ?) AS running",
        (colony_name, executor_name, _MOST_RUNNING),
    )
    return int(amount)
