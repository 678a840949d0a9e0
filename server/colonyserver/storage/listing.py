"""Listing processes: by state, narrowed by one other thing, in the order that the wire promises."""

from typing import Literal

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.attributes import attach_attributes
from colonyserver.storage.driver import fetch
from colonyserver.storage.narrowing import located_processes
from colonyserver.storage.process_record import PROCESS_COLUMNS, ProcessRecord

Filter = Literal["executor_type", "initiator_name", "label"]
"""The columns to list by."""


def list_processes(
    connection: Connection,
    colony_name: str,
    state: ProcessState,
    count: int,
    narrowed_by: tuple[Filter, str] | None = None,
) -> list[ProcessRecord]:
    """The first `count` processes in a state: WAITING by priority time, RUNNING by start, others newest end first."""
    condition, parameters, order = located_processes(
        connection, colony_name, state, narrowed_by, newest_first=state.is_final
    )
    return _records(connection, f"WHERE {condition} ORDER BY {order} LIMIT ?", (*parameters, count))


def list_submitted_since(
    connection: Connection, colony_name: str, state: ProcessState, since: int, limit: int, executor_id: str = ""
) -> list[ProcessRecord]:
    """The processes in a state that were submitted after a moment, oldest first, of an executor if one is given."""
    # What was submitted later has started and ended later too; while it waits, its id begins with its submission.
    bound = f"process_id > '{since:016x}'" if state == ProcessState.WAITING else f"rank > {since:d}"
    return _records(
        connection,
        f"WHERE colony_name = ? AND state = ? AND {bound} AND submitted_at > ? AND (? = '' OR executor_id = ?) "
        "ORDER BY submitted_at LIMIT ?",
        (colony_name, int(state), since, executor_id, executor_id, limit),
    )


def _records(connection: Connection, condition: str, values: tuple[object, ...]) -> list[ProcessRecord]:
    rows = fetch(connection, f"SELECT {PROCESS_COLUMNS} FROM process {condition}", values)
    records = [ProcessRecord(*row) for row in rows]
    attach_attributes(connection, records)
    return records
