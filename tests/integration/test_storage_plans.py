"""Query plans: statements that run all the time find their rows by an index, never by a scan or a sort."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.core import open_core
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
