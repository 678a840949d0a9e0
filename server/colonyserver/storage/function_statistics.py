"""Statistics of functions: how long their successful processes waited and ran."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import execute_rows

_UPDATE = """
    UPDATE function SET
        min_wait_time = CASE WHEN counter = 0 THEN run.column1 ELSE min(min_wait_time, run.column1) END,
        max_wait_time = max(max_wait_time, run.column2),
        total_wait_time = total_wait_time + run.column3,
        min_exec_time = CASE WHEN counter = 0 THEN run.column4 ELSE min(min_exec_time, run.column4) END,
        max_exec_time = max(max_exec_time, run.column5),
        total_exec_time = total_exec_time + run.column6,
        counter = counter + run.column7
    FROM (VALUES {rows}) AS run
    WHERE colony_name = run.column8 AND executor_name = run.column9 AND func_name = run.column10
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
    execute_rows(connection, _UPDATE, rows)


def _summary(times: list[float]) -> tuple[float, float, float]:
    return min(times), max(times), sum(times)
