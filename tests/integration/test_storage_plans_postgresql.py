"""PostgreSQL's plans: with no statistics at all, each statement of the writer finds its rows by a key."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage import listing, logs, process_query, processes, waiting
from colonyserver.storage.driver import driver_of, execute, fetch, fetch_rows
from colonyserver.storage.postgresql_driver import PostgresqlDriver
from colonyserver.storage.process_criteria import Criteria, Place
from tests.support.core import COLONY, open_core
from tests.support.everything import use_everything
from tests.support.postgresql import Cluster
from tests.support.process_rows import add_ended_processes

pytestmark = pytest.mark.postgresql

SORT = re.compile(r"[ >-]*Sort +\(")
INDEX = re.compile(r"process_\w+")
SLOW = re.compile(r"Seq Scan|Hash Join|Merge Join")
EXPECTED = (
    # One row, and as many as there are colonies.
    r"UPDATE server",
    r"FROM colony WHERE is_paused",
)


def slow_plans(connection: Connection) -> dict[str, list[str]]:
    """The plans that scan or join whole tables, of the statements that this connection has prepared."""
    driver = driver_of(connection)
    assert isinstance(driver, PostgresqlDriver)
    assert len(driver.prepared) > 25
    parameters: dict[str, int] = dict(
        fetch(connection, "SELECT name, cardinality(parameter_types) FROM pg_prepared_statements")
    )
    slow = {}
    for statement, name in [*driver.prepared.items()]:
        if not re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE)", statement):
            continue
        arguments = ", ".join(["NULL"] * parameters[name.decode()])
        execute_prepared = f"EXPLAIN EXECUTE {name.decode()}" + (f"({arguments})" if arguments else "")
        plan = [line for (line,) in fetch(connection, execute_prepared)]
        if any(SLOW.search(line) for line in plan) and not any(re.search(part, statement) for part in EXPECTED):
            slow[statement] = plan
    return slow


def explained(monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> list[str]:
    """Where the plans go of what these modules read from now on; they find nothing."""
    plan: list[str] = []

    def explain(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        plan.extend(line for (line,) in fetch(connection, f"EXPLAIN {statement}", parameters))
        return [(0,)] if "count(*)" in statement else []

    def explain_rows(connection: Connection, statement: str, *parameters: Any, **options: Any) -> list[tuple[Any, ...]]:
        plan.extend(line for (line,) in fetch_rows(connection, f"EXPLAIN {statement}", *parameters, **options))
        return []

    for module in modules:
        monkeypatch.setattr(module, "fetch", explain)
        monkeypatch.setattr(module, "fetch_rows", explain_rows, raising=False)
    return plan


async def test_no_scans(cluster: Cluster, tmp_path: Path) -> None:
    with cluster.database() as url:
        async with open_core(tmp_path, url=url) as core:
            await use_everything(core)
            assert await core.database.write(slow_plans) == {}


@pytest.mark.parametrize(
    "conditions",
    [
        {"states": (state,), **condition}
        for state in (ProcessState.SUCCESS, ProcessState.RUNNING)
        for condition in ({}, {"label": "l"}, {"func_name": "f"}, {"ended_from": 5})
        if state.is_final or "ended_from" not in condition
    ],
    ids=str,
)
@pytest.mark.parametrize("newest_first", [True, False])
async def test_no_page_is_cut_from_a_sorted_list(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, conditions: dict[str, Any], newest_first: bool
) -> None:
    criteria = Criteria(COLONY, (), newest_first=newest_first)._replace(**conditions)
    with cluster.database() as url:
        async with open_core(tmp_path, url=url) as core:
            plan = explained(monkeypatch, process_query)
            for after in (None, Place(10, "p")):
                await core.database.read(partial(process_query.find_page, criteria=criteria, after=after, count=100))
    assert len([line for line in plan if re.search(r"Presorted Key: .*\brank$", line)]) == 2
    assert not any(SORT.match(line) for line in plan)


async def test_each_list_of_one_value_comes_by_the_index_of_that_value(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = [
        *_lists(ProcessState.WAITING),
        *_lists(ProcessState.SUCCESS),
        ("process_by_type", lambda c: waiting.count_ahead(c, COLONY, "t", 10)),
        ("log_by_executor", lambda c: logs.read_executor_log(c, COLONY, "e", count=9, since=0, latest=True)),
        ("log_by_executor", lambda c: logs.read_executor_log(c, COLONY, "e", count=9, since=0, latest=False)),
    ]
    with cluster.database() as url:
        async with open_core(tmp_path, url=url) as core:
            plan = explained(monkeypatch, process_query, listing, logs, waiting)
            for index, read in lists:
                plan.clear()
                await core.database.read(read)
                assert [line for line in plan if f" using {index} " in line], plan
                assert not any(SORT.match(line) for line in plan), plan


async def test_each_look_at_what_runs_comes_by_its_ranks(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the statistics know of many rows that have ended."""
    looks: list[Callable[[Connection], object]] = [
        *(read for _, read in _lists(ProcessState.RUNNING)),
        lambda c: processes.running_of_executor(c, COLONY, "i"),
        lambda c: waiting.count_running(c, COLONY, ["e", "f"]),
    ]
    with cluster.database() as url:
        async with open_core(tmp_path, url=url) as core:
            plan = explained(monkeypatch, process_query, listing, processes, waiting)
            for count in (0, 5000):
                await core.database.write(partial(_add_ended_and_analyze, count=count))
                for look in looks:
                    plan.clear()
                    await core.database.read(look)
                    assert {index for line in plan for index in INDEX.findall(line)} == {"process_by_rank"}, plan
                    assert not any(SORT.match(line) for line in plan), plan


def _add_ended_and_analyze(connection: Connection, count: int) -> None:
    add_ended_processes(connection, count)
    execute(connection, "ANALYZE process")


def _lists(state: ProcessState) -> list[tuple[str, Callable[[Connection], object]]]:
    """The lists of one value of processes in a state, with the index of that value."""
    return [
        ("process_by_label", lambda c: listing.list_processes(c, COLONY, state, 100, ("label", "l"))),
        ("process_by_type", lambda c: listing.list_processes(c, COLONY, state, 100, ("executor_type", "t"))),
        ("process_by_initiator", lambda c: listing.list_processes(c, COLONY, state, 100, ("initiator_name", "i"))),
        ("process_by_function", lambda c: process_query.count_matches(c, Criteria(COLONY, (state,), func_name="f"))),
        (
            "process_by_executor",
            lambda c: process_query.count_matches(c, Criteria(COLONY, (state,), executor_name="e")),
        ),
    ]


async def test_a_scan_would_be_caught(cluster: Cluster, tmp_path: Path) -> None:
    with cluster.database() as url:
        async with open_core(tmp_path, url=url) as core:
            await use_everything(core)
            await core.database.write(
                lambda connection: execute(connection, "DELETE FROM process WHERE cpu = ?", (-1,))
            )
            assert len(await core.database.write(slow_plans)) == 1
