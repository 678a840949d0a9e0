"""Looking processes up by id, and storing new ones."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.attributes import attach_attributes
from colonyserver.storage.driver import driver_of, execute, fetch, fetch_by_ids, write_rows
from colonyserver.storage.process_record import PROCESS_COLUMNS, ProcessRecord
from colonyserver.storage.tables import Process, column_types


class ProcessStatus(NamedTuple):
    """The part of a process that decides what may happen to it next."""

    process_id: str
    colony_name: str
    state: int
    executor_type: str
    location_name: str
    func_name: str
    executor_id: str
    executor_name: str
    is_assigned: bool
    priority_time: int
    submitted_at: int
    started_at: int | None
    shape_ids_json: str
    attribute_count: int
    workflow_id: str | None
    node_name: str
    children_json: str


_STATUS_COLUMNS = ", ".join(f"process.{name}" for name in ProcessStatus._fields)
_status_values = attrgetter(*ProcessStatus._fields)

_NEW = (
    "process_id",
    "colony_name",
    "executor_type",
    "initiator_id",
    "initiator_name",
    "label",
    "func_name",
    "location_name",
    "priority_time",
    "submitted_at",
    "wait_deadline",
    "max_wait_time",
    "max_exec_time",
    "max_retries",
    "cpu",
    "mem",
    "spec_json",
    "attribute_count",
    "wait_for_parents",
    "workflow_id",
    "node_name",
    "parents_json",
    "children_json",
    "input_json",
    "shape_ids_json",
)
"""The columns in which new processes differ; every value more costs each of them."""

_ALWAYS = {
    "rank": "priority_time",
    "due_at": "wait_deadline",
    "state": "0",
    "is_assigned": "FALSE",
    "executor_id": "''",
    "executor_name": "''",
    "retries": "0",
    "output_json": "'[]'",
    "errors_json": "'[]'",
}
_new_values = attrgetter(*_NEW)
_NEW_TYPES = column_types(Process, _NEW)
_INSERT = f"""
    INSERT INTO process ({", ".join((*_NEW, *_ALWAYS))}) SELECT {", ".join((*_NEW, *_ALWAYS.values()))} FROM (
        SELECT {", ".join(f"column{number} AS {name}" for number, name in enumerate(_NEW, start=1))}
        FROM (VALUES {{rows}}) AS item
    ) AS new
"""


def find_statuses(connection: Connection, process_ids: Iterable[str]) -> dict[str, ProcessStatus]:
    """The status of each process that exists; in a unit of work it stays what it is until the commit."""
    rows = fetch_by_ids(connection, _STATUS_COLUMNS, "process", "process_id", process_ids, lock=True)
    return {row[0]: ProcessStatus(*row) for row in rows}


def find_records(connection: Connection, process_ids: Iterable[str]) -> dict[str, ProcessRecord]:
    """Each process that exists, with its attributes; in a unit of work it stays what it is until the commit."""
    rows = fetch_by_ids(connection, PROCESS_COLUMNS, "process", "process_id", process_ids, lock=True)
    records = {row[0]: ProcessRecord(*row) for row in rows}
    attach_attributes(connection, records.values())
    return records


def lock_waiting(connection: Connection, process_ids: Iterable[str]) -> dict[str, ProcessRecord]:
    """Each process that waits and that no other server is about to change, without its attributes.

    It stays so until the commit of the unit of work.
    """
    locking = driver_of(connection).row_lock(skip_locked=True)
    condition = f"AND process.state = 0 ORDER BY process.process_id{locking}" if locking else ""
    rows = fetch_by_ids(connection, PROCESS_COLUMNS, "process", "process_id", process_ids, condition=condition)
    return {row[0]: ProcessRecord(*row) for row in rows}


def status_of(record: ProcessRecord) -> ProcessStatus:
    """The status of a process whose record is at hand."""
    return ProcessStatus(*_status_values(record))


def insert_processes(connection: Connection, records: Sequence[ProcessRecord]) -> None:
    """Store new WAITING processes; what they need elsewhere (queue, counters, attributes) is up to the caller."""
    write_rows(connection, _INSERT, [_new_values(record) for record in records], types=_NEW_TYPES)


def running_of_executor(connection: Connection, colony_name: str, executor_id: str) -> list[str]:
    """The ids of what an executor runs now, in the order in which it started them."""
    rows = fetch(
        connection,
        "SELECT process_id FROM process WHERE colony_name = ? AND state = 1 AND executor_id = ? ORDER BY rank",
        (colony_name, executor_id),
    )
    return [process_id for (process_id,) in rows]


def set_output(connection: Connection, process_id: str, executor_id: str, output_json: str) -> None:
    """Replace the output of a process that this executor is running."""
    execute(
        connection,
        "UPDATE process SET output_json = ? WHERE process_id = ? AND state = 1 AND executor_id = ?",
        (output_json, process_id, executor_id),
    )


def add_attribute_to_process(connection: Connection, process_id: str, spec_json: str) -> None:
    """Note that a process has one more attribute, and its specification, which shows the environment."""
    execute(
        connection,
        "UPDATE process SET attribute_count = attribute_count + 1, spec_json = ? WHERE process_id = ?",
        (spec_json, process_id),
    )
