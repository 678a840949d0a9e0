"""Counts; those of processes come from the counters that every transition keeps."""

from sqlalchemy import Connection

from colonysdk.objects import ExecutorState, ProcessState
from colonyserver.storage.driver import fetch

_PROCESSES = """
    SELECT state, sum(amount) FROM counter WHERE kind = 0 AND (? IS NULL OR colony_name = ?) GROUP BY state
"""
_WORKFLOWS = _PROCESSES.replace("kind = 0", "kind = 1")
_EXECUTORS = "SELECT state, count(*) FROM executor WHERE (? IS NULL OR colony_name = ?) GROUP BY state"


def count_processes(connection: Connection, colony_name: str | None = None) -> dict[ProcessState, int]:
    """How many processes there are in each state, of one colony or of all."""
    rows = fetch(connection, _PROCESSES, (colony_name, colony_name))
    return {ProcessState(state): amount for state, amount in rows}


def count_workflows(connection: Connection, colony_name: str | None = None) -> dict[ProcessState, int]:
    """How many workflows there are in each state, of one colony or of all."""
    rows = fetch(connection, _WORKFLOWS, (colony_name, colony_name))
    return {ProcessState(state): amount for state, amount in rows}


def count_executors(connection: Connection, colony_name: str | None = None) -> dict[ExecutorState, int]:
    """How many executors there are in each state, of one colony or of all."""
    rows = fetch(connection, _EXECUTORS, (colony_name, colony_name))
    return {ExecutorState(state): amount for state, amount in rows}


def count_colonies(connection: Connection) -> int:
    """How many colonies there are."""
    [(amount,)] = fetch(connection, "SELECT count(*) FROM colony")
    return int(amount)
