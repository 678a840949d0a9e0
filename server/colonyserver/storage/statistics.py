"""Counts of processes, from the counters that every transition keeps."""

from sqlalchemy import Connection, func, select
from sqlmodel import col

from colonysdk.objects import ProcessState
from colonyserver.storage.tables import Counter

_PROCESSES = 0


def count_processes(connection: Connection, colony_name: str | None = None) -> dict[ProcessState, int]:
    """How many processes there are in each state, of one colony or of all."""
    query = select(col(Counter.state), func.sum(col(Counter.amount))).where(col(Counter.kind) == _PROCESSES)
    if colony_name is not None:
        query = query.where(col(Counter.colony_name) == colony_name)
    rows = connection.execute(query.group_by(col(Counter.state)))
    return {ProcessState(state): int(amount) for state, amount in rows}
