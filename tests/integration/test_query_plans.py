"""What a page of a process query costs: its rows come by an index, and a bounded number of them is looked at."""

import itertools
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.database import Database
from colonyserver.storage.process_criteria import Criteria, Place, is_indexed
from colonyserver.storage.process_query import count_matches, find_page
from tests.support.core import COLONY, open_core
from tests.support.process_rows import add_ended_processes
from tests.support.statements import StatementRecorder

_ROWS = 30_000
_EVERY_STATE = tuple(ProcessState)
_COLUMNS = ("executor_type", "executor_name", "func_name", "label", "initiator_name")


def _criteria(**fields: Any) -> Criteria:
    return Criteria(COLONY, _EVERY_STATE)._replace(**fields)


CONDITIONS: list[dict[str, Any]] = [
    {},
    {"executor_type": "t"},
    {"executor_name": "one"},
    {"func_name": "f7"},
    {"label": "l"},
    {"initiator_name": "alice"},
    {"ended_from": 5, "ended_before": 20_000},
    {"label": "l", "ended_from": 5},
    {"label": "l", "func_name": "f7"},
    {"submitted_from": 5},
    {"text": "needle"},
]


@pytest.mark.parametrize("conditions", CONDITIONS, ids=str)
async def test_no_scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, conditions: dict[str, Any]) -> None:
    recorder = StatementRecorder(monkeypatch)
    async with open_core(tmp_path) as core:
        recorder.statements.clear()
        for newest_first, after in itertools.product((True, False), (None, (10_000, "p"))):
            criteria = _criteria(newest_first=newest_first, **conditions)
            await core.database.read(_reading(criteria, after))
    statements = {text for text in recorder.statements if text.startswith("SELECT")}
    assert statements
    is_narrowed = any(name in _COLUMNS for name in conditions)
    with closing(sqlite3.connect(tmp_path / "colony.db")) as connection:
        for statement in statements:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            [search] = [step for step in plan if " process " in step]
            assert re.search(r"USING .*INDEX .*\(colony_name=\? AND state=\?.* rank[<>]", search), (statement, search)
            # What runs is in no index of a value.
            assert ("process_by_rank" in search) == ("state = 1" in statement or not is_narrowed), (statement, search)
            # Only processes of equal rank are sorted.
            sorts = [step for step in plan if "TEMP B-TREE" in step]
            assert all(re.search("LAST TERM|RIGHT PART", sort) for sort in sorts), (statement, sorts)


async def test_a_page_looks_at_few_rows_at_any_depth(tmp_path: Path) -> None:
    async with open_core(tmp_path) as core:
        await core.database.write(partial(add_ended_processes, count=_ROWS))
        for conditions in CONDITIONS:
            for newest_first in (True, False):
                criteria = _criteria(newest_first=newest_first, **conditions)
                steps = await _steps(core.database, _reading(criteria, (15_000, "x")))
                # The virtual machine takes some 30 steps for a row that is looked at.
                assert steps < (60_000 if is_indexed(criteria) else 600_000), (conditions, steps)


async def test_the_steps_would_tell(tmp_path: Path) -> None:
    async with open_core(tmp_path) as core:
        await core.database.write(partial(add_ended_processes, count=_ROWS))

        def scan(connection: Connection) -> None:
            connection.exec_driver_sql("SELECT count(*) FROM process WHERE spec_json LIKE '%needle%'").fetchall()

        assert await _steps(core.database, scan) > 100_000


def _reading(criteria: Criteria, after: tuple[int, str] | None) -> Callable[[Connection], object]:
    def query(connection: Connection) -> object:
        page = find_page(connection, criteria, Place(*after) if after else None, 100)
        return page, count_matches(connection, criteria) if is_indexed(criteria) else None

    return query


async def _steps(database: Database, query: Callable[[Connection], object]) -> int:
    """How many hundreds of steps of SQLite's virtual machine a query takes, times a hundred."""

    def counted(connection: Connection) -> int:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        count = itertools.count()

        def note() -> int:
            next(count)
            return 0

        driver.set_progress_handler(note, 100)
        try:
            query(connection)
        finally:
            driver.set_progress_handler(None, 0)
        return next(count) * 100

    return await database.read(counted)
