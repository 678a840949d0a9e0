"""Query plans: statements that run all the time find their rows by an index, never by a scan or a sort."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.executors import change_executor_id
from colonyserver.storage.listing import Filter, list_processes
from colonyserver.storage.processes import running_of_executor
from colonyserver.storage.silence import silent_executors
from colonyserver.storage.waiting import count_running
from tests.support.core import COLONY, executor_id, open_core
from tests.support.everything import use_everything
from tests.support.statements import StatementRecorder

SCAN = re.compile(r"SCAN (?!\d|CONSTANT|item|run|wanted|probe|json_each|\(subquery)|USE TEMP B-TREE")


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> StatementRecorder:
    return StatementRecorder(monkeypatch)


async def test_no_scans_and_no_sorts(tmp_path: Path, recorder: StatementRecorder) -> None:
    async with open_core(tmp_path) as core:
        recorder.statements.clear()
        await use_everything(core)
    statements = {
        statement for statement in recorder.statements if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE)", statement)
    }
    assert len(statements) > 40
    with closing(sqlite3.connect(tmp_path / "colony.db")) as connection:
        assert {statement: plan for statement in statements if (plan := _slow_plan(connection, statement))} == {}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM process WHERE func_name = 'echo'",
        "UPDATE process SET retries = 0 WHERE executor_id = 'x'",
        "SELECT process_id FROM process WHERE colony_name = 'dev' AND state = 0 ORDER BY submitted_at LIMIT 1",
        "DELETE FROM queue WHERE (shape_id, priority_time, process_id) IN (VALUES (1, 2, 'p'), (1, 3, 'q'))",
    ],
)
async def test_slow_statements_would_be_caught(tmp_path: Path, statement: str) -> None:
    async with open_core(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "colony.db")) as connection:
        assert _slow_plan(connection, statement)


@pytest.mark.parametrize("state", [ProcessState.WAITING, ProcessState.RUNNING, ProcessState.FAILED])
@pytest.mark.parametrize(
    ("column", "index"),
    [("executor_type", "process_by_type"), ("initiator_name", "process_by_initiator"), ("label", "process_by_label")],
)
async def test_lists_of_one_value(
    tmp_path: Path, recorder: StatementRecorder, state: ProcessState, column: Filter, index: str
) -> None:
    """By the index of that value; what runs is in none, so it is looked through in its order."""
    async with open_core(tmp_path) as core:
        recorder.statements.clear()
        await core.database.read(lambda c: list_processes(c, COLONY, state, 100, (column, "v")))
    wanted = "process_by_rank" if state == ProcessState.RUNNING else index
    assert _process_plans(tmp_path, recorder) == [([wanted], False)]


async def test_looks_at_what_an_executor_runs(tmp_path: Path, recorder: StatementRecorder) -> None:
    looks: list[Callable[[Connection], object]] = [
        lambda c: count_running(c, COLONY, ["one", "two"]),
        lambda c: running_of_executor(c, COLONY, executor_id("one")),
        lambda c: change_executor_id(c, COLONY, "one", executor_id("four")),
        lambda c: silent_executors(c, 5, 10),
    ]
    async with open_core(tmp_path) as core:
        recorder.statements.clear()
        for look in looks:
            await core.database.write(look)
    assert _process_plans(tmp_path, recorder) == [(["process_by_rank"], False)] * len(looks)


def _process_plans(directory: Path, recorder: StatementRecorder) -> list[tuple[list[str], bool]]:
    """The indexes by which each statement finds processes, and whether it sorts them."""
    plans = []
    with closing(sqlite3.connect(directory / "colony.db")) as connection:
        for statement in recorder.statements:
            if re.search(r"\bprocess\b", statement):
                plan = "\n".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}"))
                indexes = re.findall(r"process USING INDEX (\w+) \(colony_name=\? AND state=\?", plan)
                plans.append((indexes, "TEMP B-TREE FOR ORDER BY" in plan))
    return plans


def _slow_plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    """The plan of a statement that scans or sorts what may be long."""
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    return plan if any(SCAN.search(step) for step in plan) and not _is_expected(statement) else []


def _is_expected(statement: str) -> bool:
    """Reading all shapes once, sorting the few attributes of a page, and the history, as long as the caller asks."""
    allowed = (r"FROM shape$", r"FROM .*attribute .* ORDER BY position", r"submitted_at > .* ORDER BY submitted_at")
    return any(re.search(pattern, " ".join(statement.split())) for pattern in allowed)


async def test_an_idle_poll_asks_the_database_nothing(tmp_path: Path, recorder: StatementRecorder) -> None:
    async with open_core(tmp_path) as core:
        await core.submit(mem="64Gi")
        await core.submit(executor_names=["two"])
        await core.submit(location_name="cern")
        with pytest.raises(Exception, match="No process"):
            await core.assign("one", mem=1 << 30)
        recorder.statements.clear()
        for _ in range(3):
            with pytest.raises(Exception, match="No process"):
                await core.assign("one", mem=1 << 30)
        assert set(recorder.statements) <= {"BEGIN IMMEDIATE", "COMMIT"}
