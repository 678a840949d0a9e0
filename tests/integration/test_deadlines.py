"""Deadlines and retries: exactly as the wire has them, found without looking at everything, and in time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from colonysdk.objects import Process, ProcessState
from colonyserver.background.deadlines import DeadlineLoop
from colonyserver.background.supervisor import Supervisor
from colonyserver.clock import NANOSECONDS
from tests.support.core import Core, caller, open_core

RAN_TOO_LONG = ["Maximum execution time limit exceeded"]
WAITED_TOO_LONG = ["Maximum waiting time limit exceeded"]


async def expire_after(core: Core, seconds: float) -> int | None:
    core.clock.advance(seconds)
    return await core.lifecycle.expiry.expire()


async def running(core: Core, **fields: Any) -> Process:
    await core.submit(**fields)
    return await core.assign()


class TestExecution:
    async def test_no_try_left(self, core: Core) -> None:
        process = await running(core, max_exec_time=10, max_retries=0)
        await expire_after(core, 9)
        assert (await core.get(process)).state is ProcessState.RUNNING
        await expire_after(core, 1.5)
        failed = await core.get(process)
        assert failed.state is ProcessState.FAILED
        assert failed.errors == RAN_TOO_LONG
        assert failed.end_time is not None
        assert failed.retries == 0
        assert await core.states() == {ProcessState.FAILED: 1} == await core.counted()

    async def test_another_try(self, core: Core) -> None:
        process = await running(core, max_exec_time=10, max_retries=1, max_wait_time=100)
        await core.lifecycle.closing.set_output(caller("one"), process.process_id, ["so far"])
        await expire_after(core, 11)
        again = await core.get(process)
        assert again.state is ProcessState.WAITING
        assert (again.retries, again.is_assigned, again.assigned_executor_id) == (1, False, "")
        assert again.end_time is not None
        assert again.wait_deadline is not None
        assert (again.wait_deadline - again.end_time).total_seconds() == 100
        kept = ("submission_time", "priority_time", "start_time", "exec_deadline")
        assert all(getattr(again, name) == getattr(process, name) for name in kept)
        assert again.output == ["so far"]
        assert again.errors == []
        await core.assign("two")
        await expire_after(core, 11)
        failed = await core.get(process)
        assert (failed.state, failed.retries, failed.errors) == (ProcessState.FAILED, 1, RAN_TOO_LONG)

    async def test_tries_without_end(self, core: Core) -> None:
        process = await running(core, max_exec_time=10, max_retries=-1)
        for retries in range(1, 6):
            await expire_after(core, 11)
            assert (await core.get(process)).retries == retries
            await core.assign()
        assert await core.states() == {ProcessState.RUNNING: 1} == await core.counted()

    @pytest.mark.parametrize("max_exec_time", [0, -1, -5])
    async def test_no_limit(self, core: Core, max_exec_time: int) -> None:
        process = await running(core, max_exec_time=max_exec_time)
        assert await expire_after(core, 10**6) is None
        assert (await core.get(process)).state is ProcessState.RUNNING

    async def test_a_closed_process_is_never_due(self, core: Core) -> None:
        process = await running(core, max_exec_time=10)
        await core.succeed(process)
        assert await expire_after(core, 11) is None
        assert (await core.get(process)).state is ProcessState.SUCCESS

    async def test_attributes_follow(self, core: Core) -> None:
        await core.submit(max_exec_time=10, max_retries=1, env={"A": "B"})
        process = await core.assign()
        await expire_after(core, 11)
        assert [attribute.state for attribute in (await core.get(process)).attributes] == [0]


class TestWaiting:
    async def test_it_fails(self, core: Core) -> None:
        process = await core.submit(max_wait_time=10, executor_names=["one", "two"])
        assert process.wait_deadline is not None
        assert process.submission_time is not None
        assert (process.wait_deadline - process.submission_time).total_seconds() == 10
        await expire_after(core, 11)
        failed = await core.get(process)
        assert failed.state is ProcessState.FAILED
        assert failed.errors == WAITED_TOO_LONG
        assert failed.start_time is None
        assert await core.rows("SELECT count(*) FROM queue") == [(0,)]

    @pytest.mark.parametrize("max_wait_time", [0, -1, -5])
    async def test_no_limit(self, core: Core, max_wait_time: int) -> None:
        process = await core.submit(max_wait_time=max_wait_time)
        assert await expire_after(core, 10**6) is None
        assert (await core.get(process)).state is ProcessState.WAITING

    async def test_the_clock_stops_while_it_runs_and_starts_anew(self, core: Core) -> None:
        process = await running(core, max_wait_time=10, max_exec_time=100, max_retries=1)
        await expire_after(core, 50)
        assert (await core.get(process)).state is ProcessState.RUNNING
        await expire_after(core, 51)
        assert (await core.get(process)).state is ProcessState.WAITING
        await expire_after(core, 9)
        assert (await core.get(process)).state is ProcessState.WAITING
        await expire_after(core, 2)
        assert (await core.get(process)).errors == WAITED_TOO_LONG


class TestMany:
    async def test_more_than_one_batch(self, core: Core) -> None:
        await asyncio.gather(*(core.submit(max_wait_time=10) for _ in range(1200)))
        later = await core.submit(max_wait_time=1000)
        next_due_at = await expire_after(core, 11)
        assert await core.states() == {ProcessState.FAILED: 1200, ProcessState.WAITING: 1} == await core.counted()
        assert later.wait_deadline is not None
        assert next_due_at is not None
        assert next_due_at // NANOSECONDS == int(later.wait_deadline.timestamp())

    async def test_nothing_is_due(self, core: Core) -> None:
        await core.submit()
        assert await core.lifecycle.expiry.expire() is None


class TestLoop:
    """The loop runs in real time here; the shortest deadline on the wire is a second."""

    @pytest.fixture
    async def looping(self, core: Core) -> AsyncIterator[Core]:
        supervisor = Supervisor([DeadlineLoop(core.lifecycle.expiry, core.events, core.clock)])
        supervisor.start()
        yield core
        await supervisor.stop()

    async def test_soon_after_the_deadline(self, looping: Core) -> None:
        core = looping
        late = await core.submit(max_wait_time=3600)
        process = await core.submit(max_wait_time=1)
        await self._changed(core, process)
        failed = await core.get(process)
        assert failed.errors == WAITED_TOO_LONG
        assert failed.end_time is not None
        assert failed.wait_deadline is not None
        assert 0 <= (failed.end_time - failed.wait_deadline).total_seconds() < 2
        assert (await core.get(late)).state is ProcessState.WAITING

    async def test_an_execution_after_a_wait(self, looping: Core) -> None:
        core = looping
        await core.submit(max_wait_time=3600, max_exec_time=1)
        process = await core.assign()
        await self._changed(core, process)
        assert (await core.get(process)).errors == RAN_TOO_LONG

    async def test_deadlines_from_before_a_restart(self, tmp_path: Path, database_url: str) -> None:
        async with open_core(tmp_path, url=database_url) as core:
            process = await core.submit(max_wait_time=1)
        async with open_core(tmp_path, url=database_url) as core:
            supervisor = Supervisor([DeadlineLoop(core.lifecycle.expiry, core.events, core.clock)])
            supervisor.start()
            await self._changed(core, process)
            await supervisor.stop()

    async def _changed(self, core: Core, process: Process) -> None:
        async with asyncio.timeout(15):
            while (process.process_id, ProcessState.FAILED) not in [(c.process_id, c.state) for c in core.changes]:
                await asyncio.sleep(0.01)
