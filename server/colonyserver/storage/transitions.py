"""Processes going from one state to another: every statement carries the state it expects.

Each function also moves what belongs to a process: its queue rows, the counters, its attributes, the statistics.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.clock import NANOSECONDS
from colonyserver.requirements import Asker, Requirement
from colonyserver.storage.attributes import set_attribute_states
from colonyserver.storage.counters import count_changes
from colonyserver.storage.driver import write_rows
from colonyserver.storage.function_statistics import Run, count_runs
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import ProcessStatus
from colonyserver.storage.queue import Entry, Queue, QueueKey
from colonyserver.storage.workflows import mark_started

_ASSIGN = """
    UPDATE process SET state = 1, rank = item.column1, started_at = item.column1, exec_deadline = item.column2,
        due_at = item.column3, is_assigned = TRUE, executor_id = item.column4, executor_name = item.column5
    FROM (VALUES {rows}) AS item
    WHERE process.process_id = item.column6 AND process.state = 0
"""
_FINISH = """
    UPDATE process SET state = item.column1, rank = item.column2, ended_at = item.column2, due_at = NULL,
        output_json = coalesce(item.column3, output_json), errors_json = coalesce(item.column4, errors_json)
    FROM (VALUES {rows}) AS item
    WHERE process.process_id = item.column5 AND process.state = item.column6 AND process.executor_id = item.column7
"""
_REQUEUE = """
    UPDATE process SET state = 0, rank = priority_time, started_at = item.column1, ended_at = item.column2,
        wait_deadline = item.column3, due_at = item.column3, retries = item.column4, shape_ids_json = item.column5,
        is_assigned = FALSE, executor_id = '', executor_name = ''
    FROM (VALUES {rows}) AS item
    WHERE process.process_id = item.column6 AND process.state = 1 AND process.executor_id = item.column7
"""


class Finish(NamedTuple):
    """A process that shall end at `ended_at`; None for output or errors leaves what is stored."""

    status: ProcessStatus
    state: ProcessState
    ended_at: int
    output_json: str | None = None
    errors_json: str | None = None


class Requeue(NamedTuple):
    """A RUNNING process that shall wait again.

    A retry counts, and keeps the start of the failed attempt (wire: retries, starttime, endtime); otherwise the attempt
    leaves no trace.
    """

    record: ProcessRecord
    requirement: Requirement
    at: int
    is_retry: bool


def assign_processes(
    connection: Connection, queue: Queue, assignments: Sequence[tuple[ProcessRecord, Asker, int]]
) -> None:
    """Let WAITING processes run: (process, its executor, start); the records are brought up to date."""
    for record, asker, started_at in assignments:
        record.state = ProcessState.RUNNING
        record.is_assigned = True
        record.executor_id = asker.executor_id
        record.executor_name = asker.executor_name
        record.started_at = started_at
        if record.max_exec_time > 0:
            record.exec_deadline = started_at + record.max_exec_time * NANOSECONDS
    rows = [
        (
            record.started_at,
            record.exec_deadline,
            record.exec_deadline if record.max_exec_time > 0 else None,
            record.executor_id,
            record.executor_name,
            record.process_id,
        )
        for record, _, _ in assignments
    ]
    records = [record for record, _, _ in assignments]
    _update(connection, _ASSIGN, rows, "bigint bigint bigint text text text")
    queue.dequeue(connection, [QueueKey(r.shape_ids_json, r.priority_time, r.process_id) for r in records])
    count_changes(connection, [(r.colony_name, ProcessState.WAITING, ProcessState.RUNNING) for r in records])
    set_attribute_states(connection, [(ProcessState.RUNNING, r.process_id) for r in records if r.attribute_count])
    mark_started(connection, [(r.workflow_id, r.started_at) for r in records])


def finish_processes(connection: Connection, queue: Queue, finishes: Sequence[Finish]) -> None:
    """End processes that are WAITING or RUNNING, as their status says."""
    if not finishes:
        return
    rows = [
        (
            int(finish.state),
            finish.ended_at,
            finish.output_json,
            finish.errors_json,
            finish.status.process_id,
            finish.status.state,
            finish.status.executor_id,
        )
        for finish in finishes
    ]
    _update(connection, _FINISH, rows, "bigint bigint text text text bigint text")
    statuses = [(finish.status, finish.state) for finish in finishes]
    queue.dequeue(
        connection,
        [
            QueueKey(status.shape_ids_json, status.priority_time, status.process_id)
            for status, _ in statuses
            if status.state == ProcessState.WAITING
        ],
    )
    count_changes(connection, [(status.colony_name, status.state, after) for status, after in statuses])
    set_attribute_states(
        connection, [(after, status.process_id) for status, after in statuses if status.attribute_count]
    )
    count_runs(connection, _runs(finishes))


def requeue_processes(connection: Connection, queue: Queue, requeues: Sequence[Requeue]) -> None:
    """Let RUNNING processes wait again under their old priority; the records are brought up to date."""
    if not requeues:
        return
    former_executor_ids = [requeue.record.executor_id for requeue in requeues]
    shape_ids = queue.enqueue(
        connection, [Entry(r.record.process_id, r.record.priority_time, r.requirement) for r in requeues]
    )
    for requeue, shape_ids_json in zip(requeues, shape_ids, strict=True):
        _wait_again(requeue, shape_ids_json)
    records = [requeue.record for requeue in requeues]
    rows = [
        (
            record.started_at,
            record.ended_at,
            record.wait_deadline,
            record.retries,
            record.shape_ids_json,
            record.process_id,
            former_executor_id,
        )
        for record, former_executor_id in zip(records, former_executor_ids, strict=True)
    ]
    _update(connection, _REQUEUE, rows, "bigint bigint bigint bigint text text text")
    count_changes(connection, [(r.colony_name, ProcessState.RUNNING, ProcessState.WAITING) for r in records])
    set_attribute_states(connection, [(ProcessState.WAITING, r.process_id) for r in records if r.attribute_count])


def _update(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]], types: str) -> None:
    write_rows(connection, statement, rows, types=types, must_change=True)


def _wait_again(requeue: Requeue, shape_ids_json: str) -> None:
    record, at = requeue.record, requeue.at
    record.state = ProcessState.WAITING
    record.is_assigned = False
    record.executor_id = record.executor_name = ""
    record.shape_ids_json = shape_ids_json
    if record.max_wait_time > 0:
        record.wait_deadline = at + record.max_wait_time * NANOSECONDS
    if requeue.is_retry:
        record.retries += 1
        record.ended_at = at
    else:
        record.started_at = record.ended_at = None


def _runs(finishes: Iterable[Finish]) -> list[Run]:
    return [
        Run(
            status.colony_name,
            status.executor_name,
            status.func_name,
            wait_time=max(0, status.started_at - status.submitted_at) / NANOSECONDS,
            exec_time=max(0, ended_at - status.started_at) / NANOSECONDS,
        )
        for status, state, ended_at, *_ in finishes
        if state == ProcessState.SUCCESS and status.started_at is not None
    ]
