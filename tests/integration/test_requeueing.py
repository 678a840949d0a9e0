"""Executors that are lost: their processes wait again as if they had never run, and only silent ones are given up."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from colonysdk.objects import ExecutorState, ProcessState
from colonyserver.background.presence import PresenceLoop
from colonyserver.background.silence import SilenceLoop
from colonyserver.background.supervisor import Supervisor
from colonyserver.clock import NANOSECONDS
from colonyserver.storage import executors
from colonyserver.storage.driver import execute
from tests.support.core import COLONY, Core, executor_id, open_core

PATIENCE = timedelta(seconds=600)


async def lose(core: Core, name: str) -> None:
    """What the removal of an executor does to its processes."""
    changes = await core.database.write(
        lambda connection: core.lifecycle.requeueing.requeue_executor(connection, COLONY, executor_id(name))
    )
    for change in changes:
        core.events.publish(change)


class TestRequeue:
    async def test_fields(self, core: Core) -> None:
        submitted = await core.submit(max_exec_time=60, max_retries=3, env={"A": "B"})
        await core.assign("one")
        await lose(core, "one")
        again = await core.get(submitted)
        assert again.exec_deadline is not None
        again.exec_deadline = None
        assert again == submitted
        assert await core.states() == {ProcessState.WAITING: 1} == await core.counted()

    async def test_the_wait_starts_anew(self, core: Core) -> None:
        await core.submit(max_wait_time=10)
        process = await core.assign("one")
        core.clock.advance(100)
        await lose(core, "one")
        await core.lifecycle.expiry.expire()
        assert (await core.get(process)).state is ProcessState.WAITING

    async def test_only_what_that_executor_runs(self, core: Core) -> None:
        for _ in range(4):
            await core.submit()
        mine = [await core.assign("one"), await core.assign("one")]
        await core.succeed(mine[1], "one")
        other = await core.assign("two")
        await lose(core, "one")
        states = [(await core.get(process)).state for process in (*mine, other)]
        assert states == [ProcessState.WAITING, ProcessState.SUCCESS, ProcessState.RUNNING]

    async def test_it_keeps_its_place_and_its_conditions(self, core: Core) -> None:
        first = await core.submit(func_name="first", executor_names=["one", "two"], mem="2Gi", location_name="CERN")
        await core.submit(func_name="second")
        await core.assign("one", location_name="cern")
        await lose(core, "one")
        assert (await core.assign("three", location_name="cern")).spec.func_name == "second"
        got = await core.assign("two", location_name="cern", mem=2 << 30)
        assert got.process_id == first.process_id

    async def test_its_shape_may_have_been_forgotten(self, tmp_path: Path, database_url: str) -> None:
        """Shapes that nothing waits under are deleted at a start; a process that runs brings its own back."""
        async with open_core(tmp_path, url=database_url) as core:
            process = await core.submit(mem="3Gi")
            await core.assign("one")
            await core.database.write(lambda connection: execute(connection, "UPDATE shape SET used_at = 1"))
        async with open_core(tmp_path, url=database_url) as core:
            assert await core.rows("SELECT * FROM shape") == []
            await lose(core, "one")
        async with open_core(tmp_path, url=database_url) as core:
            assert (await core.assign("two")).process_id == process.process_id


class Departures:
    """Stands in for the executor service."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.names: list[str] = []

    async def unregister(self, colony_name: str, name: str) -> None:
        self.names.append(name)
        await self.core.database.write(
            lambda connection: executors.set_executor_state(connection, colony_name, name, ExecutorState.UNREGISTERED)
        )


class TestSilence:
    @pytest.fixture
    def departures(self, core: Core) -> Departures:
        return Departures(core)

    @pytest.fixture
    def loop(self, core: Core, departures: Departures) -> SilenceLoop:
        return SilenceLoop(
            core.database,
            core.lifecycle.presence,
            core.clock,
            departures.unregister,
            longest_silence=PATIENCE,
            interval=timedelta(seconds=60),
        )

    async def test_a_silent_one_is_unregistered_once(
        self, core: Core, loop: SilenceLoop, departures: Departures
    ) -> None:
        core.lifecycle.presence.heard(COLONY, "one")
        core.clock.advance(599)
        await loop.check()
        assert departures.names == []
        core.clock.advance(2)
        await loop.check()
        await loop.check()
        assert departures.names == ["one"]

    async def test_any_call_is_a_sign_of_life(self, core: Core, loop: SilenceLoop, departures: Departures) -> None:
        for _ in range(5):
            core.lifecycle.presence.heard(COLONY, "one")
            core.clock.advance(400)
            await loop.check()
        assert departures.names == []

    async def test_asking_for_work_is_a_sign_of_life(
        self, core: Core, loop: SilenceLoop, departures: Departures
    ) -> None:
        await core.submit()
        await core.assign("one")
        core.clock.advance(601)
        await loop.check()
        assert departures.names == ["one"]

    async def test_who_was_never_heard_is_left_alone(
        self, core: Core, loop: SilenceLoop, departures: Departures
    ) -> None:
        core.clock.advance(10_000)
        await loop.check()
        assert departures.names == []

    async def test_not_while_its_process_has_time_left(
        self, core: Core, loop: SilenceLoop, departures: Departures
    ) -> None:
        await core.submit(max_exec_time=3600)
        await core.assign("one")
        core.clock.advance(3000)
        await loop.check()
        assert departures.names == []
        core.clock.advance(700)
        await loop.check()
        assert departures.names == ["one"]

    async def test_a_process_without_limit_does_not_keep_a_dead_executor(
        self, core: Core, loop: SilenceLoop, departures: Departures
    ) -> None:
        await core.submit(max_exec_time=-1)
        await core.assign("one")
        core.clock.advance(601)
        await loop.check()
        assert departures.names == ["one"]

    @pytest.mark.parametrize("slept_seconds", [0, 3600])
    async def test_a_silence_counts_from_when_the_server_listens(
        self, core: Core, departures: Departures, slept_seconds: int
    ) -> None:
        """Right after its start, or after the machine has slept, nobody is given up for what went before."""
        core.lifecycle.presence.heard(COLONY, "one")
        core.clock.advance(3600)
        loop = SilenceLoop(
            core.database,
            core.lifecycle.presence,
            core.clock,
            departures.unregister,
            longest_silence=timedelta(seconds=1),
            interval=timedelta(seconds=0.01),
        )
        begin = asyncio.get_running_loop().time()
        supervisor = Supervisor([loop])
        supervisor.start()
        await asyncio.sleep(0.2)
        core.clock.advance(slept_seconds)
        async with asyncio.timeout(20):
            while not departures.names:
                await asyncio.sleep(0.01)
        await supervisor.stop()
        assert departures.names == ["one"]
        assert asyncio.get_running_loop().time() - begin >= (1.2 if slept_seconds else 1.0)


class TestPresence:
    async def test_it_is_known_at_once_and_stored_soon(self, core: Core) -> None:
        presence = core.lifecycle.presence
        assert presence.last_heard(COLONY, "one") is None
        presence.heard(COLONY, "one")
        heard_at = presence.last_heard(COLONY, "one")
        assert heard_at is not None
        supervisor = Supervisor([PresenceLoop(presence)])
        supervisor.start()
        async with asyncio.timeout(10):
            while presence.last_heard(COLONY, "one") is not None:
                await asyncio.sleep(0.001)
        await supervisor.stop()
        assert await core.rows("SELECT last_heard_at FROM executor WHERE name = 'one'") == [(heard_at,)]

    async def test_who_waits_for_work_is_present(self, core: Core) -> None:
        presence = core.lifecycle.presence
        with presence.waiting(COLONY, "one"):
            core.clock.advance(100)
            assert presence.last_heard(COLONY, "one") == pytest.approx(core.clock.now(), abs=NANOSECONDS)
        core.clock.advance(100)
        heard_at = presence.last_heard(COLONY, "one")
        assert heard_at is not None
        assert core.clock.now() - heard_at >= 100 * NANOSECONDS

    async def test_it_is_stored_at_the_end(self, tmp_path: Path, database_url: str) -> None:
        async with open_core(tmp_path, url=database_url) as core:
            core.lifecycle.presence.heard(COLONY, "one")
        async with open_core(tmp_path, url=database_url) as core:
            rows = await core.rows("SELECT name FROM executor WHERE last_heard_at IS NOT NULL")
            assert rows == [("one",)]
