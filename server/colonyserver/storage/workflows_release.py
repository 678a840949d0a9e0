"""Members that are held back: each counts its unfinished parents, and waits for an executor when none are left."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.requirements import Requirement
from colonyserver.storage.driver import delete_rows, execute_rows, fetch_by_ids, fetch_rows
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records
from colonyserver.storage.queue import Entry, Queue

_COUNT = """
    UPDATE hold SET unfinished_parents = unfinished_parents + item.column2
    FROM (VALUES {rows}) AS item WHERE hold.process_id = item.column1
"""
_FREE = "SELECT process_id FROM hold WHERE process_id IN ({rows}) AND unfinished_parents = 0"
_RELEASE = """
    UPDATE process SET wait_for_parents = FALSE, input_json = item.column2,
        wait_deadline = item.column3, due_at = item.column3, shape_ids_json = item.column4
    FROM (VALUES {rows}) AS item
    WHERE process.process_id = item.column1 AND process.state = 0 AND process.wait_for_parents
"""


class Release(NamedTuple):
    """A process that shall wait for an executor, as it is then, and what it requires of one."""

    record: ProcessRecord
    requirement: Requirement


def insert_holds(connection: Connection, processes: Iterable[tuple[ProcessRecord, int]]) -> None:
    """Hold processes back that have unfinished parents: (process, how many)."""
    rows = [(record.process_id, record.colony_name, amount) for record, amount in processes if amount]
    statement = "INSERT INTO hold (process_id, colony_name, unfinished_parents) VALUES {rows}"
    execute_rows(connection, statement, rows, types="text text bigint")


def remove_holds(connection: Connection, process_ids: Iterable[str]) -> None:
    """Forget that processes are held back; those that are not are no harm."""
    delete_rows(connection, "hold", ("process_id",), [(process_id,) for process_id in process_ids], "text")


def count_unfinished(connection: Connection, changes: Mapping[str, int]) -> None:
    """Add to the numbers of unfinished parents, by process id."""
    execute_rows(connection, _COUNT, sorted(changes.items()), types="text bigint")


def take_free(connection: Connection, process_ids: Iterable[str]) -> list[ProcessRecord]:
    """Hold those back no longer that have no unfinished parents; returns them, to be released."""
    rows = fetch_rows(connection, _FREE, [(process_id,) for process_id in process_ids], each="?", types="text")
    free = [process_id for (process_id,) in rows]
    remove_holds(connection, free)
    return [*find_records(connection, free).values()] if free else []


def release_processes(connection: Connection, queue: Queue, releases: Sequence[Release]) -> None:
    """Put processes into the queue that were held back, with their input and the deadline until which they wait."""
    entries = [Entry(item.record.process_id, item.record.priority_time, item.requirement) for item in releases]
    for (record, _), shape_ids_json in zip(releases, queue.enqueue(connection, entries), strict=True):
        record.shape_ids_json = shape_ids_json
    rows = [
        (record.process_id, record.input_json, record.wait_deadline, record.shape_ids_json) for record, _ in releases
    ]
    execute_rows(connection, _RELEASE, rows, types="text text bigint text")


def find_outputs(connection: Connection, process_ids: Iterable[str]) -> dict[str, str]:
    """The output of each process, as a JSON list."""
    return dict(fetch_by_ids(connection, "process_id, output_json", "process", "process_id", process_ids))
