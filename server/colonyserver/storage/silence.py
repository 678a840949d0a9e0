"""Finding executors that have fallen silent."""

from sqlalchemy import Connection

from colonyserver.storage.driver import fetch

_SILENT = """
    SELECT executor.colony_name, executor.name FROM executor
    WHERE executor.state <> 3 AND executor.last_heard_at < ?
    AND NOT EXISTS (
        SELECT 1 FROM process
        WHERE process.colony_name = executor.colony_name AND process.state = 1
        AND process.executor_id = executor.executor_id AND process.due_at > ?
    )
"""


def silent_executors(connection: Connection, heard_before: int, now: int) -> list[tuple[str, str]]:
    """Registered executors (colony, name) last heard from before a moment, times in Unix nanoseconds.

    One that runs a process whose deadline lies ahead is busy, not silent; one that was never heard from is left alone.
    """
    return [(colony_name, name) for colony_name, name in fetch(connection, _SILENT, (heard_before, now))]
