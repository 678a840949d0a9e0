"""Finding what is due, by the index on due times."""

from sqlalchemy import Connection

from colonyserver.storage.driver import fetch
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records
from colonyserver.storage.workflows import lock_workflows_of

_DUE = "SELECT process_id FROM process WHERE due_at <= ? ORDER BY due_at LIMIT ?"
_NEXT = "SELECT due_at FROM process WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1"


def due_processes(connection: Connection, now: int, limit: int) -> list[ProcessRecord]:
    """Up to `limit` processes whose wait deadline (WAITING) or execution deadline (RUNNING) has passed."""
    rows = fetch(connection, _DUE, (now, limit))
    process_ids = [process_id for (process_id,) in rows]
    lock_workflows_of(connection, process_ids)
    return [*find_records(connection, process_ids).values()]


def next_due_at(connection: Connection) -> int | None:
    """When the next deadline passes, in Unix nanoseconds."""
    rows = fetch(connection, _NEXT)
    return rows[0][0] if rows else None
