"""Query plans: statements that run all the time find their rows by an index, never by a scan or a sort."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from colonysdk.objects import Cron, Generator, ProcessState, WorkflowSpec
from colonyserver.access import Caller, Member
from colonyserver.services.schedules import Schedules
from colonyserver.storage.workflows import leaf_outputs_json, workflow_state
from tests.support.core import COLONY, TYPE, USER_ID, Core, asker, caller, open_core
from tests.support.workflows import DIAMOND, Flow, node

SCAN = re.compile(r"SCAN (?!\d|CONSTANT|item|run|wanted|probe|json_each|\(subquery)|USE TEMP B-TREE")


class Recorder:
    """Notes every statement that SQLite runs on connections opened while it is there."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.statements: set[str] = set()
        connect = sqlite3.dbapi2.connect

        def recording(*arguments: Any, **options: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*arguments, **options)
            connection.set_trace_callback(self.statements.add)
            return connection

        patch.setattr(sqlite3.dbapi2, "connect", recording)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    return Recorder(monkeypatch)


async def use_everything(core: Core) -> None:
    """Do everything that happens all the time."""
    waiting = await core.submit(env={"A": "B"}, label="l", max_wait_time=60, mem="1Gi", executor_names=["one"])
    await core.lifecycle.closing.cancel(caller("one"), waiting.process_id)
    for _ in range(4):
        await core.submit(max_exec_time=10, max_retries=1)
    process = await core.assign("one", mem=1 << 20)
    await core.lifecycle.logs.add(caller("one"), process.process_id, "line")
    await core.lifecycle.logs.read(COLONY, process_id=process.process_id, count=10, since=1)
    await core.lifecycle.logs.read(COLONY, process_id=process.process_id, count=10, latest=True)
    await core.lifecycle.logs.read(COLONY, executor_name="one", count=10)
    await core.lifecycle.logs.search(COLONY, "line", days=1, count=10)
    await core.lifecycle.closing.set_output(caller("one"), process.process_id, [1])
    await core.succeed(process)
    core.lifecycle.assignment.give_back(await core.lifecycle.assignment.assign(asker("one"), -1))
    await core.lifecycle.requeueing.drain()
    await core.assign("one")
    core.clock.advance(11)
    await core.lifecycle.expiry.expire()
    processes = core.lifecycle.processes
    for state in ProcessState:
        for filters in ({}, {"executor_type": TYPE}, {"label": "l"}, {"initiator": "alice"}):
            await processes.all(COLONY, state=state, count=10, **filters)
        await processes.submitted_within(COLONY, seconds=60, state=state)
    await processes.find(Caller(USER_ID, members={COLONY: Member(USER_ID, COLONY, "alice")}), process.process_id)
    await core.lifecycle.presence.flush()
    await core.lifecycle.removal.remove(caller("one"), process.process_id)
    await core.lifecycle.removal.remove_all(COLONY, -1)
    await _use_workflows(core)
    await _use_schedules(core)


async def _use_schedules(core: Core) -> None:
    schedules = Schedules.over(core.database, core.events, core.lifecycle, local_zone=UTC)
    text = WorkflowSpec(function_specs=[node("root")]).to_json().decode()
    alice = Member(USER_ID, COLONY, "alice")
    calls = Caller(USER_ID, members={COLONY: alice})
    cron = await schedules.crons.add(
        alice, Cron(name="c", interval=1, workflow_spec=text, wait_for_prev_process_graph=True)
    )
    generator = await schedules.generators.add(alice, Generator(name="g", trigger=1, workflow_spec=text))
    await schedules.generators.pack(calls, generator.generator_id, "arg")
    for _ in range(2):
        core.clock.advance(2)
        await schedules.cron_runs.run_due()
        await schedules.generator_runs.run_due()
    before = await schedules.crons.find(calls, cron.cron_id)
    await core.lifecycle.workflow_cancelling.cancel(calls, before.previous_workflow_id)
    await schedules.cron_runs.run_due()
    await schedules.cron_runs.run(calls, cron.cron_id)
    await schedules.crons.all(COLONY, 10)
    await schedules.crons.remove(calls, cron.cron_id)
    await schedules.generators.find_by_name(COLONY, "g")
    await schedules.generators.all(COLONY, 10)
    await schedules.generators.remove(calls, generator.generator_id)


async def _use_workflows(core: Core) -> None:
    flow = await Flow.submit(core, **DIAMOND)
    await flow.start("a")
    spec = node("e", colony_name=COLONY)
    await core.lifecycle.workflow_growth.insert(caller("one"), spec, flow.id, flow.ids["a"])
    await core.lifecycle.workflow_growth.append(caller("one"), spec, flow.id, flow.ids["a"], flow.ids["d"])
    await flow.succeed("a", 1)
    await flow.graph()
    for state in ProcessState:
        await core.lifecycle.workflow_reading.all(COLONY, state=state, count=10)
    await core.database.read(lambda connection: leaf_outputs_json(connection, flow.id))
    await core.database.read(lambda connection: workflow_state(connection, flow.id))
    failing = await core.assign()
    await core.lifecycle.closing.fail(caller("one"), failing.process_id, ["no"])
    await flow.cancel()
    await core.lifecycle.workflow_removal.remove(caller("one"), flow.id)
    await core.lifecycle.workflow_removal.remove_all(COLONY, -1)


async def test_no_scans_and_no_sorts(tmp_path: Path, recorder: Recorder) -> None:
    async with open_core(tmp_path) as core:
        recorder.statements.clear()
        await use_everything(core)
    statements = sorted(
        statement for statement in recorder.statements if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE)", statement)
    )
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


async def test_an_idle_poll_asks_the_database_nothing(tmp_path: Path, recorder: Recorder) -> None:
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
        assert recorder.statements <= {"BEGIN IMMEDIATE", "COMMIT"}
