"""Statements about workflows: storing, finding, listing, and locking them against concurrent change."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import accumulate
from typing import Any, NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.counters import WORKFLOWS, count_changes
from colonyserver.storage.driver import (
    delete_rows,
    execute,
    execute_rows,
    fetch,
    fetch_by_ids,
    fetch_rows,
    row_lock,
)
from colonyserver.storage.json_text import json_string, json_time


@dataclass(slots=True)
class WorkflowRecord:
    """One row of the workflow table; times in Unix nanoseconds."""

    workflow_id: str
    colony_name: str
    initiator_id: str
    initiator_name: str
    state: int
    submitted_at: int
    started_at: int | None
    ended_at: int | None
    members: int
    successful: int
    failed: int
    cancelled: int


class WorkflowView(NamedTuple):
    """A workflow as it is shown; the `*_json` fields are trusted to be JSON."""

    record: WorkflowRecord
    process_ids_json: str
    root_ids_json: str
    nodes_json: str = "[]"
    edges_json: str = "[]"
    is_new: bool = False
    """wire: the reply to a submit has the zero time as its submission time."""

    def to_json(self) -> bytes:
        """The wire JSON of this workflow."""
        record = self.record
        return (
            f'{{"processgraphid":"{record.workflow_id}","initiatorid":"{record.initiator_id}",'
            f'"initiatorname":{json_string(record.initiator_name)},"colonyname":{json_string(record.colony_name)},'
            f'"rootprocessids":{self.root_ids_json},"state":{record.state},'
            f'"submissiontime":{json_time(None if self.is_new else record.submitted_at)},'
            f'"starttime":{json_time(record.started_at)},"endtime":{json_time(record.ended_at)},'
            f'"processids":{self.process_ids_json},"nodes":{self.nodes_json},"edges":{self.edges_json}}}'
        ).encode()


_MOST_AT_ONCE = 100
_FIELDS = [field.name for field in fields(WorkflowRecord)]
_COLUMNS = ", ".join(f"workflow.{name}" for name in _FIELDS)
_VIEWS = (
    f"SELECT {_COLUMNS}, workflow_members.process_ids_json, workflow_members.root_ids_json FROM workflow "
    "JOIN workflow_members ON workflow_members.workflow_id = workflow.workflow_id"
)


def insert_workflow(connection: Connection, view: WorkflowView) -> None:
    """Store a new workflow, without its members."""
    record = view.record
    placeholders = ", ".join("?" * len(_FIELDS))
    execute(connection, f"INSERT INTO workflow ({', '.join(_FIELDS)}) VALUES ({placeholders})", astuple(record))
    execute(
        connection,
        "INSERT INTO workflow_members (workflow_id, colony_name, process_ids_json, root_ids_json) VALUES (?, ?, ?, ?)",
        (record.workflow_id, record.colony_name, view.process_ids_json, view.root_ids_json),
    )
    count_changes(connection, [(record.colony_name, None, record.state)], WORKFLOWS)


def find_workflow(connection: Connection, workflow_id: str) -> WorkflowView | None:
    """The workflow of an id, without its nodes and edges."""
    rows = fetch(connection, f"{_VIEWS} WHERE workflow.workflow_id = ?", (workflow_id,))
    return _view(rows[0]) if rows else None


def list_workflows(connection: Connection, colony_name: str, state: ProcessState, count: int) -> list[WorkflowView]:
    """The workflows of a colony in a state, the newest first, without their nodes and edges."""
    rows = fetch(
        connection,
        f"{_VIEWS} WHERE workflow.colony_name = ? AND workflow.state = ? ORDER BY workflow.submitted_at DESC LIMIT ?",
        (colony_name, int(state), count),
    )
    return [_view(row) for row in rows]


def workflow_state(connection: Connection, workflow_id: str) -> ProcessState | None:
    """The state of a workflow, None when there is none of this id."""
    rows = fetch(connection, "SELECT state FROM workflow WHERE workflow_id = ?", (workflow_id,))
    return ProcessState(rows[0][0]) if rows else None


def leaf_outputs_json(connection: Connection, workflow_id: str) -> str:
    """The outputs of the members that have no children, one after the other, as one JSON list."""
    rows = fetch(
        connection,
        "SELECT process_id, output_json FROM process WHERE workflow_id = ? AND children_json = '[]'",
        (workflow_id,),
    )
    return joined_json(output for _, output in sorted(rows))


def joined_json(lists: Iterable[str]) -> str:
    """Several JSON lists as one."""
    return f"[{','.join([text[1:-1] for text in lists if text != '[]'])}]"


def lock_workflows(connection: Connection, workflow_ids: Iterable[str]) -> dict[str, WorkflowRecord]:
    """Workflows that nobody else may change before the commit.

    Whoever changes a workflow locks it before its members, several in the order of their ids, so that servers never
    wait for each other in a circle.
    """
    rows = fetch_by_ids(connection, _COLUMNS, "workflow", "workflow_id", workflow_ids, lock=True)
    return {row[0]: WorkflowRecord(*row) for row in rows}


def lock_workflows_of(connection: Connection, process_ids: Iterable[str]) -> None:
    """Lock the workflows of processes, before the processes themselves are read in order to end them."""
    if not row_lock(connection):
        return
    rows = fetch_by_ids(connection, "workflow_id", "process", "process_id", process_ids)
    lock_workflows(connection, [workflow_id for (workflow_id,) in rows if workflow_id])


def mark_started(connection: Connection, starts: Iterable[tuple[str | None, int | None]]) -> None:
    """Let WAITING workflows run when members start: (workflow id or None, start); the others stay as they are.

    A workflow that somebody else holds is left to them: waiting for it with members in hand could make a circle.
    """
    first_starts = {workflow_id: started_at for workflow_id, started_at in reversed([*starts]) if workflow_id}
    if not first_starts:
        return
    lock = row_lock(connection)
    rows = fetch_rows(
        connection,
        "SELECT workflow_id, colony_name FROM workflow WHERE workflow_id IN ({rows}) AND state = 0 "
        f"ORDER BY workflow_id{lock and f'{lock} SKIP LOCKED'}",
        [(workflow_id,) for workflow_id in sorted(first_starts)],
        each="?",
        types="text",
    )
    execute_rows(
        connection,
        "UPDATE workflow SET state = 1, started_at = item.column2 FROM (VALUES {rows}) AS item "
        "WHERE workflow.workflow_id = item.column1 AND workflow.state = 0",
        [(workflow_id, first_starts[workflow_id]) for workflow_id, _ in rows],
        types="text bigint",
    )
    changes = [(colony_name, ProcessState.WAITING, ProcessState.RUNNING) for _, colony_name in rows]
    count_changes(connection, changes, WORKFLOWS)


def update_workflows(connection: Connection, changes: Sequence[tuple[int, WorkflowRecord]]) -> None:
    """Store what has become of locked workflows: (state before, the workflow now)."""
    execute_rows(
        connection,
        "UPDATE workflow SET state = item.column2, started_at = item.column3, ended_at = item.column4, "
        "members = item.column5, successful = item.column6, failed = item.column7, cancelled = item.column8 "
        "FROM (VALUES {rows}) AS item WHERE workflow.workflow_id = item.column1",
        [
            (w.workflow_id, w.state, w.started_at, w.ended_at, w.members, w.successful, w.failed, w.cancelled)
            for _, w in changes
        ],
        types="text bigint bigint bigint bigint bigint bigint bigint",
    )
    moved = [(w.colony_name, before, w.state) for before, w in changes if before != w.state]
    count_changes(connection, moved, WORKFLOWS)


def first_in_state(connection: Connection, colony_name: str, state: ProcessState, member_count: int) -> list[str]:
    """The ids of a few workflows in a state, with about so many members together; none when there are none."""
    rows = fetch(
        connection,
        "SELECT workflow_id, members FROM workflow WHERE colony_name = ? AND state = ? ORDER BY submitted_at LIMIT ?",
        (colony_name, int(state), _MOST_AT_ONCE),
    )
    totals = accumulate(members for _, members in rows)
    return [
        workflow_id
        for (workflow_id, members), total in zip(rows, totals, strict=True)
        if total - members < member_count
    ]


def remove_workflows(connection: Connection, workflows: Sequence[WorkflowRecord]) -> None:
    """Delete workflows that are locked; their members are up to the caller."""
    keys = [(workflow.workflow_id,) for workflow in workflows]
    for table in ("workflow", "workflow_members"):
        delete_rows(connection, table, ("workflow_id",), keys, "text")
    count_changes(connection, [(workflow.colony_name, workflow.state, None) for workflow in workflows], WORKFLOWS)


def _view(row: Sequence[Any]) -> WorkflowView:
    *values, process_ids_json, root_ids_json = row
    return WorkflowView(WorkflowRecord(*values), process_ids_json, root_ids_json)
