"""The members of a workflow, read from the processes themselves."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import fetch
from colonyserver.storage.json_text import json_boolean, json_string, json_time


class MemberRecord(NamedTuple):
    """What a graph shows of a process."""

    process_id: str
    node_name: str
    func_name: str
    executor_type: str
    executor_id: str
    executor_name: str
    state: int
    wait_for_parents: bool
    parents_json: str
    children_json: str
    submitted_at: int
    started_at: int | None
    ended_at: int | None
    exec_deadline: int | None
    retries: int

    def to_json(self) -> bytes:
        """The wire JSON of a WorkflowMember."""
        return (
            f'{{"processid":"{self.process_id}","nodename":{json_string(self.node_name)},'
            f'"funcname":{json_string(self.func_name)},"executortype":{json_string(self.executor_type)},'
            f'"assignedexecutorid":{json_string(self.executor_id)},'
            f'"assignedexecutorname":{json_string(self.executor_name)},"state":{self.state},'
            f'"waitforparents":{json_boolean(self.wait_for_parents)},"parents":{self.parents_json},'
            f'"children":{self.children_json},"submissiontime":{json_time(self.submitted_at)},'
            f'"starttime":{json_time(self.started_at)},"endtime":{json_time(self.ended_at)},'
            f'"execdeadline":{json_time(self.exec_deadline)},"retries":{self.retries}}}'
        ).encode()


_COLUMNS = ", ".join(MemberRecord._fields)


def colony_of_workflow(connection: Connection, workflow_id: str) -> str | None:
    """The colony of a workflow that has members."""
    rows = fetch(connection, "SELECT colony_name FROM process WHERE workflow_id = ? LIMIT 1", (workflow_id,))
    return rows[0][0] if rows else None


def list_members(connection: Connection, workflow_id: str, after: str, count: int) -> Sequence[MemberRecord]:
    """The next members after a process id, in the order in which they were submitted."""
    rows = fetch(
        connection,
        f"SELECT {_COLUMNS} FROM process WHERE workflow_id = ? AND process_id > ? ORDER BY process_id LIMIT ?",
        (workflow_id, after, count),
    )
    return [MemberRecord(*row) for row in rows]
