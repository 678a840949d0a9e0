"""Counts; those of processes come from the counters that every transition keeps."""

from sqlalchemy import Connection

from colonysdk.objects import ExecutorState, ProcessState
from colonyserver.storage.driver import fetch
from colonyserver.storage.driver_base import Row

_PROCESSES = "SELECT state, CAST(sum(amount) AS BIGINT) FROM counter WHERE kind = 0 {of_colony} GROUP BY state"
_WORKFLOWS = _PROCESSES.replace("kind = 0", "kind = 1")
_EXECUTORS = "SELECT state, count(*) FROM executor WHERE TRUE {of_colony} GROUP BY state"


def count_processes(connection: Connection, colony_name: str | None = None) -> dict[ProcessState, int]:
    """How many processes there are in each state, of one colony or of all."""
    rows = _count(connection, _PROCESSES, colony_name)
    return {ProcessState(state): amount for state, amount in rows}


def count_workflows(connection: Connection, colony_name: str | None = None) -> dict[ProcessState, int]:
    """How many workflows there are in each state, of one colony or of all."""
    rows = _count(connection, _WORKFLOWS, colony_name)
    return {ProcessState(state): amount for state, amount in rows}


def count_executors(connection: Connection, colony_name: str | None = None) -> dict[ExecutorState, int]:
    """How many executors there are in each state, of one colony or of all."""
    rows = _count(connection, _EXECUTORS, colony_name)
    return {ExecutorState(state): amount for state, amount in rows}


def count_colonies(connection: Connection) -> int:
    """How many colonies there are."""
    [(amount,)] = fetch(connection, "SELECT count(*) FROM colony")
    return int(amount)


def _count(connection: Connection, statement: str, colony_name: str | None) -> list[Row]:
    if colony_name is None:
        return fetch(connection, statement.format(of_colony=""))
    return fetch(connection, statement.format(of_colony="AND colony_name = ?"), (colony_name,))
