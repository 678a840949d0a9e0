"""Reading the members of a workflow, and linking new ones to those that are there."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import execute, execute_rows, fetch, fetch_rows
from colonyserver.storage.json_text import json_list_of


class Member(NamedTuple):
    """What a drawing shows of a process."""

    process_id: str
    node_name: str
    state: int
    parents_json: str
    children_json: str


_MEMBERS = f"SELECT {', '.join(Member._fields)} FROM process WHERE workflow_id = ?"


def list_members(connection: Connection, workflow_id: str, process_ids_json: str) -> list[Member]:
    """The members of a workflow, in the order of its list of ids."""
    members = {row[0]: Member(*row) for row in fetch(connection, _MEMBERS, (workflow_id,))}
    return [members[process_id] for process_id in json.loads(process_ids_json) if process_id in members]


def member_ids(connection: Connection, workflow_ids: Sequence[str], *, unfinished: bool = False) -> list[str]:
    """The ids of the members of workflows; only of those that are WAITING or RUNNING when `unfinished`."""
    condition = " AND state IN (0, 1)" if unfinished else ""
    rows = fetch_rows(
        connection,
        f"SELECT process_id FROM process WHERE workflow_id IN ({{rows}}){condition}",
        [(workflow_id,) for workflow_id in workflow_ids],
        each="?",
        types="text",
    )
    return [process_id for (process_id,) in rows]


def set_links(connection: Connection, links: Sequence[tuple[str, Sequence[str], Sequence[str]]]) -> None:
    """Replace the parents and children of processes: (process id, parents, children)."""
    execute_rows(
        connection,
        "UPDATE process SET parents_json = item.column2, children_json = item.column3 "
        "FROM (VALUES {rows}) AS item WHERE process.process_id = item.column1",
        [(process_id, json_list_of(parents), json_list_of(children)) for process_id, parents, children in links],
        types="text text text",
    )


def add_to_list(connection: Connection, workflow_id: str, process_id: str, *, after: str) -> None:
    """Put a new member into its workflow's list of ids, behind another one."""
    execute(
        connection,
        "UPDATE workflow_members SET process_ids_json = replace(process_ids_json, ?, ?) WHERE workflow_id = ?",
        (f'"{after}"', f'"{after}","{process_id}"', workflow_id),
    )
