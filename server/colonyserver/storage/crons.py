"""Statements about crons."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import Cron
from colonyserver.storage.driver import execute, fetch, row_lock
from colonyserver.storage.times import to_datetime


class CronRecord(NamedTuple):
    """One row of the cron table; times in Unix nanoseconds."""

    cron_id: str
    colony_name: str
    name: str
    initiator_id: str
    initiator_name: str
    cron_expression: str
    interval_seconds: int
    is_random: bool
    workflow_spec: str
    waits_for_previous: bool
    next_run_at: int
    last_run_at: int | None = None
    previous_workflow_id: str = ""
    due_at: int | None = None

    def to_wire(self, checker_period: int = 0) -> Cron:
        """The cron as clients see it; `checker_period` in milliseconds is shown to who asks for this one alone."""
        return Cron(
            cron_id=self.cron_id,
            initiator_id=self.initiator_id,
            initiator_name=self.initiator_name,
            colony_name=self.colony_name,
            name=self.name,
            cron_expression=self.cron_expression,
            interval=self.interval_seconds,
            random=self.is_random,
            next_run=to_datetime(self.next_run_at),
            last_run=to_datetime(self.last_run_at),
            workflow_spec=self.workflow_spec,
            prev_process_graph_id=self.previous_workflow_id,
            wait_for_prev_process_graph=self.waits_for_previous,
            checker_period=checker_period,
        )


_COLUMNS = ", ".join(CronRecord._fields)


def add_cron(connection: Connection, cron: CronRecord) -> bool:
    """Insert a cron; False when its name is taken in the colony."""
    places = ", ".join("?" * len(cron))
    statement = f"INSERT INTO cron ({_COLUMNS}) VALUES ({places}) ON CONFLICT (colony_name, name) DO NOTHING"
    return execute(connection, statement, cron) == 1


def find_cron(connection: Connection, cron_id: str) -> CronRecord | None:
    """The cron of an id."""
    return _first(fetch(connection, f"SELECT {_COLUMNS} FROM cron WHERE cron_id = ?", (cron_id,)))


def lock_cron(connection: Connection, cron_id: str) -> CronRecord | None:
    """The cron of an id, which nobody else may change before the commit."""
    statement = f"SELECT {_COLUMNS} FROM cron WHERE cron_id = ?{row_lock(connection)}"
    return _first(fetch(connection, statement, (cron_id,)))


def list_crons(connection: Connection, colony_name: str, count: int) -> list[CronRecord]:
    """The first `count` crons of a colony, by name."""
    statement = f"SELECT {_COLUMNS} FROM cron WHERE colony_name = ? ORDER BY name LIMIT ?"
    return [_record(row) for row in fetch(connection, statement, (colony_name, count))]


def remove_cron(connection: Connection, cron_id: str) -> None:
    """Delete a cron."""
    execute(connection, "DELETE FROM cron WHERE cron_id = ?", (cron_id,))


def remove_cron_by_name(connection: Connection, colony_name: str, name: str) -> None:
    """Delete the cron of a name, if there is one."""
    execute(connection, "DELETE FROM cron WHERE colony_name = ? AND name = ?", (colony_name, name))


def due_cron_ids(connection: Connection, now: int, limit: int) -> list[str]:
    """The crons whose time has come, the oldest first."""
    statement = "SELECT cron_id FROM cron WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?"
    return [cron_id for (cron_id,) in fetch(connection, statement, (now, limit))]


def next_cron_due_at(connection: Connection) -> int | None:
    """When the next cron is due."""
    rows = fetch(connection, "SELECT due_at FROM cron WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1")
    return rows[0][0] if rows else None


def move_cron(
    connection: Connection,
    cron: CronRecord,
    *,
    next_run_at: int,
    last_run_at: int | None = None,
    workflow_id: str = "",
) -> bool:
    """Set a cron's next run, and after a run what it was; False when another server was faster."""
    statement = (
        "UPDATE cron SET next_run_at = ?, due_at = ?, last_run_at = ?, previous_workflow_id = ? "
        "WHERE cron_id = ? AND next_run_at = ? AND previous_workflow_id = ?"
    )
    after = (next_run_at, next_run_at, last_run_at or cron.last_run_at, workflow_id or cron.previous_workflow_id)
    before = (cron.cron_id, cron.next_run_at, cron.previous_workflow_id)
    return execute(connection, statement, (*after, *before)) == 1


def hold_cron_back(connection: Connection, cron: CronRecord) -> None:
    """Let a due cron wait for the end of its previous run."""
    statement = "UPDATE cron SET due_at = NULL WHERE cron_id = ? AND next_run_at = ?"
    execute(connection, statement, (cron.cron_id, cron.next_run_at))


def waiting_colonies(connection: Connection, limit: int) -> list[str]:
    """Colonies with crons that wait for the end of their previous run, by name."""
    statement = "SELECT DISTINCT colony_name FROM cron WHERE due_at IS NULL ORDER BY colony_name LIMIT ?"
    return [colony_name for (colony_name,) in fetch(connection, statement, (limit,))]


def release_crons(connection: Connection) -> None:
    """Make those crons due again that were held back and whose previous run has ended in any way, or is gone."""
    execute(
        connection,
        "UPDATE cron SET due_at = next_run_at WHERE due_at IS NULL AND NOT EXISTS ("
        "SELECT 1 FROM workflow WHERE workflow.workflow_id = cron.previous_workflow_id AND workflow.state IN (0, 1))",
    )


def _first(rows: Sequence[tuple[object, ...]]) -> CronRecord | None:
    return _record(rows[0]) if rows else None


def _record(row: tuple[object, ...]) -> CronRecord:
    record = CronRecord(*row)  # type: ignore[arg-type]  # a row in the order of the fields
    # SQLite gives 0 and 1.
    return record._replace(is_random=bool(record.is_random), waits_for_previous=bool(record.waits_for_previous))
