"""What is old enough to go: finished processes and workflows, and log entries that belong to neither."""

from collections.abc import Sequence

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.driver import execute_rows, fetch, fetch_rows

_PROCESSES = """
    SELECT process_id FROM process
    WHERE colony_name = ? AND state = ? AND rank < ? AND (workflow_id IS NULL
        OR NOT EXISTS (SELECT 1 FROM workflow WHERE workflow.workflow_id = process.workflow_id))
    ORDER BY rank LIMIT ?
"""
_WORKFLOWS = """
    SELECT workflow_id FROM workflow
    WHERE colony_name = ? AND state = ? AND submitted_at < ? AND ended_at < ?
        AND successful + failed + cancelled = members
    ORDER BY submitted_at LIMIT ?
"""
_LOGS_WITHOUT_PROCESS = """
    SELECT id FROM log
    WHERE colony_name = ? AND timestamp < ? AND (process_id = ''
        OR NOT EXISTS (SELECT 1 FROM process WHERE process.process_id = log.process_id))
    ORDER BY timestamp LIMIT ?
"""


def old_processes(
    connection: Connection, colony_name: str, state: ProcessState, ended_before: int, limit: int
) -> list[str]:
    """The ids of processes in a final state that ended before a moment and belong to no workflow, the oldest first."""
    rows = fetch(connection, _PROCESSES, (colony_name, int(state), ended_before, limit))
    return [process_id for (process_id,) in rows]


def old_workflows(
    connection: Connection, colony_name: str, state: ProcessState, ended_before: int, limit: int
) -> list[str]:
    """The ids of workflows in a final state that ended before a moment, and of whose members none goes on."""
    rows = fetch(connection, _WORKFLOWS, (colony_name, int(state), ended_before, ended_before, limit))
    return [workflow_id for (workflow_id,) in rows]


def remove_some_logs(connection: Connection, process_ids: Sequence[str], limit: int) -> int:
    """Delete up to `limit` log entries about processes; how many they were."""
    found = fetch_rows(
        connection,
        "SELECT id FROM log WHERE process_id IN ({rows}) LIMIT ?",
        [(process_id,) for process_id in process_ids],
        after=(limit,),
        each="?",
        types="text",
    )
    return _remove_logs(connection, found[:limit])


def remove_logs_without_process(connection: Connection, colony_name: str, before: int, limit: int) -> int:
    """Delete up to `limit` old log entries that are about no process, or about one that was removed."""
    return _remove_logs(connection, fetch(connection, _LOGS_WITHOUT_PROCESS, (colony_name, before, limit)))


def _remove_logs(connection: Connection, ids: Sequence[tuple[int, ...]]) -> int:
    return execute_rows(connection, "DELETE FROM log WHERE id IN ({rows})", ids, each="?", types="bigint")
