"""Statistics of functions: how long their successful processes waited and ran."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import write_rows

_UPDATE = """
    UPDATE function SET
        min_wait_time = CASE WHEN counter = 0 OR run.column1 < min_wait_time THEN run.column1 ELSE min_wait_time END,
        max_wait_time = CASE WHEN run.column2 > max_wait_time THEN run.column2 ELSE max_wait_time END,
        total_wait_time = total_wait_time + run.column3,
        min_exec_time = CASE WHEN counter = 0 OR run.column4 < min_exec_time THEN run.column4 ELSE min_exec_time END,
        max_exec_time = CASE WHEN run.column5 > max_exec_time THEN run.column5 ELSE max_exec_time END,
        total_exec_time = total_exec_time + run.column6,
        counter = counter + run.column7
    FROM (VALUES {rows}) AS run
    WHERE colony_name = run.column8 AND executor_name = run.column9 AND func_name = run.column10
"""
_TYPES = "float8 float8 float8 float8 float8 float8 bigint text text text"


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
    # In order, so that servers that share a database seldom wait for each other in a circle.
    rows = [
        (*_summary(waits), *_summary(execs), len(waits), *function)
        for function, (waits, execs) in sorted(times.items())
    ]
    write_rows(connection, _UPDATE, rows, types=_TYPES)


def _summary(times: list[float]) -> tuple[float, float, float]:
    return min(times), max(times), sum(times)
