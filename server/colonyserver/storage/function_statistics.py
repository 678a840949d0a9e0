"""Statistics of functions: how long their successful processes waited and ran."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import execute_many

_UPDATE = """
    UPDATE function SET
        min_wait_time = CASE WHEN counter = 0 THEN ? ELSE min(min_wait_time, ?) END,
        max_wait_time = max(max_wait_time, ?),
        total_wait_time = total_wait_time + ?,
        min_exec_time = CASE WHEN counter = 0 THEN ? ELSE min(min_exec_time, ?) END,
        max_exec_time = max(max_exec_time, ?),
        total_exec_time = total_exec_time + ?,
        counter = counter + ?
    WHERE colony_name = ? AND executor_name = ? AND func_name = ?
"""


class Run(NamedTuple):
    """A process that ended well; times in seconds."""

    colony_name: str
    executor_name: str
    func_name: str
    wait_time: float
    exec_time: float


def count_runs(connection: Connection, runs: Iterable[Run]) -> None:
    """Add runs to the statistics of those functions that their executors have registered."""
    times: dict[tuple[str, str, str], tuple[list[float], list[float]]] = {}
    for run in runs:
        waits, execs = times.setdefault((run.colony_name, run.executor_name, run.func_name), ([], []))
        waits.append(run.wait_time)
        execs.append(run.exec_time)
    rows = [(*_summary(waits), *_summary(execs), len(waits), *function) for function, (waits, execs) in times.items()]
    execute_many(connection, _UPDATE, rows)


def _summary(times: list[float]) -> tuple[float, float, float, float]:
    return min(times), min(times), max(times), sum(times)
