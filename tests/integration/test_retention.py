"""Retention: what is over for long enough goes with all that is its own, everything else stays."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.objects import Attribute, AttributeType, Conditions, FunctionSpec, Process, ProcessState, WorkflowSpec
from colonyserver.services.retention import RetentionPolicy, RetentionService
from colonyserver.storage.driver import execute
from colonyserver.storage.logs import LogRecord, insert_logs
from tests.support.core import COLONY, TYPE, USER_ID, Core, caller, open_core
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import submit

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with open_core(tmp_path) as opened:
        yield opened


async def _sweep(core: Core, successful: int = HOUR, failed: int = HOUR) -> int:
    return await RetentionService(core.database, core.clock, RetentionPolicy(successful, failed)).sweep()


async def _finished(core: Core, state: ProcessState = ProcessState.SUCCESS, **fields: Any) -> Process:
    """A process with a log, an attribute and environment that ended in a state."""
    await core.submit(env={"NAME": "value"}, **fields)
    process = await core.assign()
    await core.lifecycle.logs.add(caller("one"), process.process_id, "a line")
    attribute = Attribute(target_id=process.process_id, attribute_type=AttributeType.OUT, key="key", value="value")
    await core.lifecycle.attributes.add(caller("one"), attribute)
    if state == ProcessState.SUCCESS:
        await core.succeed(process)
    elif state == ProcessState.FAILED:
        await core.lifecycle.closing.fail(caller("one"), process.process_id, ["broken"])
    else:
        await core.lifecycle.closing.cancel(caller("one"), process.process_id)
    return process


async def _count(core: Core, table: str) -> int:
    [(amount,)] = await core.rows(f"SELECT count(*) FROM {table}")
    return int(amount)


async def _exists(core: Core, process: Process) -> bool:
    return bool(await core.rows("SELECT 1 FROM process WHERE process_id = ?", process.process_id))


class TestProcesses:
    @pytest.mark.parametrize("state", [ProcessState.SUCCESS, ProcessState.FAILED, ProcessState.CANCELLED])
    async def test_old_ones_go_with_all_that_is_theirs(self, core: Core, state: ProcessState) -> None:
        process = await _finished(core, state)
        core.clock.advance(HOUR - 60)
        assert await _sweep(core) == 0
        assert await _exists(core, process)
        core.clock.advance(120)
        assert await _sweep(core) == 1
        assert [await _count(core, table) for table in ("process", "log", "attribute", "queue")] == [0, 0, 0, 0]
        assert await core.states() == {}

    async def test_the_end_counts_not_the_submission(self, core: Core) -> None:
        await core.submit()
        process = await core.assign()
        core.clock.advance(DAY)
        await core.succeed(process)
        assert await _sweep(core) == 0

    async def test_what_goes_on_stays_however_old_with_its_log(self, core: Core) -> None:
        running = await core.submit(func_name="running", priority=1)
        await core.assign()
        await core.lifecycle.logs.add(caller("one"), running.process_id, "a line")
        waiting = await core.submit(func_name="waiting")
        core.clock.advance(10 * DAY)
        assert await _sweep(core) == 0
        assert await _exists(core, running)
        assert await _exists(core, waiting)
        assert await _count(core, "log") == 1
        await core.succeed(running)
        assert (await core.assign()).process_id == waiting.process_id

    async def test_what_failed_may_stay_longer(self, core: Core) -> None:
        successful = await _finished(core)
        failed = await _finished(core, ProcessState.FAILED)
        cancelled = await _finished(core, ProcessState.CANCELLED)
        core.clock.advance(2 * HOUR)
        assert await _sweep(core, failed=DAY) == 1
        assert [await _exists(core, process) for process in (successful, failed, cancelled)] == [False, True, True]
        core.clock.advance(DAY)
        assert await _sweep(core, failed=DAY) == 2
        assert await core.states() == await core.counted() == {}

    async def test_many_and_long_logs_go_in_slices(self, core: Core) -> None:
        for _ in range(250):
            await core.submit()
        processes = [await core.assign() for _ in range(250)]
        for number in range(2500):
            await core.database.write(_logging(processes[number % 2].process_id, core.clock.now()))
        for process in processes:
            await core.succeed(process)
        core.clock.advance(2 * HOUR)
        kept = await _finished(core)
        assert await _sweep(core) == 250
        assert await core.rows("SELECT process_id FROM process") == [(kept.process_id,)]
        assert await _count(core, "log") == 1


class TestLogs:
    async def test_logs_without_a_process_go_too(self, core: Core) -> None:
        await core.lifecycle.logs.add_of_executor(caller("one").members[COLONY], "one", "about itself")
        process = await _finished(core)
        await core.lifecycle.removal.remove(caller("one"), process.process_id)
        kept = await core.submit()
        await core.assign()
        await core.lifecycle.logs.add(caller("one"), kept.process_id, "a line")
        core.clock.advance(2 * HOUR)
        await _sweep(core, failed=DAY)
        assert await _count(core, "log") == 3
        core.clock.advance(DAY)
        await _sweep(core, failed=DAY)
        assert await core.rows("SELECT message FROM log") == [("a line",)]


class TestWorkflows:
    async def test_a_workflow_goes_as_a_whole(self, core: Core) -> None:
        first, second = await _workflow(core)
        await _run(core, first)
        core.clock.advance(2 * HOUR)
        assert await _sweep(core) == 0
        assert await _exists(core, first)
        await _run(core, second)
        core.clock.advance(HOUR / 2)
        assert await _sweep(core) == 0
        core.clock.advance(HOUR)
        assert await _sweep(core) == 2
        tables = ("process", "workflow", "workflow_members", "hold", "log", "attribute")
        assert [await _count(core, table) for table in tables] == [0] * len(tables)
        assert await core.states() == {}

    async def test_a_failed_workflow_of_which_a_part_still_runs_stays(self, core: Core) -> None:
        first, second = await _workflow(core, depends=False)
        ran = [await core.assign(), await core.assign()]
        assert {process.process_id for process in ran} == {first.process_id, second.process_id}
        await core.lifecycle.closing.fail(caller("one"), first.process_id, ["broken"])
        core.clock.advance(DAY)
        assert await _sweep(core) == 0
        await core.succeed(second)
        core.clock.advance(DAY)
        assert await _sweep(core) == 2
        assert await _count(core, "workflow") == 0

    async def test_members_whose_workflow_is_gone_are_found_again(self, core: Core) -> None:
        """As after a server that ended in the middle."""
        for process in await _workflow(core):
            await _run(core, process)
        await core.database.write(_forgetting_workflows)
        core.clock.advance(2 * HOUR)
        assert await _sweep(core) == 2
        assert await _count(core, "process") == 0


class TestServer:
    def test_a_server_that_is_told_to_removes_what_is_old(self, tmp_path: Path) -> None:
        settings = {"COLONIES_RETENTION": "true", "COLONIES_RETENTION_POLICY": "1"}
        with RunningServer(tmp_path) as server:
            colony = server.new_colony()
            process = submit(server, colony)
            server.send(messages.CancelProcess(process_id=process.process_id), colony.user)
            server.environment = settings
            looked_at = 0
            while _is_there(server, colony, process):
                # It looks at its start; by then the process is older than a second.
                server.restart()
                looked_at += 1
            assert looked_at > 0


def _is_there(server: RunningServer, colony: ColonyKeys, process: Process) -> bool:
    reply = server.call(messages.GetProcess(process_id=process.process_id), colony.user)
    return not reply.error


def _logging(process_id: str, timestamp: int) -> Any:
    return lambda connection: insert_logs(connection, [LogRecord(process_id, COLONY, "one", "line", timestamp)])


def _forgetting_workflows(connection: Any) -> None:
    execute(connection, "DELETE FROM workflow")


async def _workflow(core: Core, *, depends: bool = True) -> tuple[Process, Process]:
    dependencies: tuple[tuple[str, list[str]], ...] = (("first", []), ("second", ["first"] if depends else []))
    specs = [
        FunctionSpec(
            node_name=name,
            func_name=name,
            max_exec_time=-1,
            conditions=Conditions(colony_name=COLONY, executor_type=TYPE, dependencies=parents),
        )
        for name, parents in dependencies
    ]
    view = await core.lifecycle.workflows.submit(
        WorkflowSpec(colony_name=COLONY, function_specs=specs), initiator_id=USER_ID, initiator_name="alice"
    )
    rows = await core.rows(
        "SELECT process_id FROM process WHERE workflow_id = ? ORDER BY node_name", view.record.workflow_id
    )
    first, second = [await core.get(process_id) for (process_id,) in rows]
    return first, second


async def _run(core: Core, process: Process) -> None:
    assigned = await core.assign()
    assert assigned.process_id == process.process_id
    await core.lifecycle.logs.add(caller("one"), process.process_id, "a line")
    await core.succeed(assigned)
