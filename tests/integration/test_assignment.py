"""Assignment: the right process for who asks, and a process for nobody twice."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from colonysdk.objects import Process, ProcessState
from colonyserver.errors import Forbidden, Invalid, NothingAvailable, Paused
from colonyserver.events import PauseChanged
from colonyserver.requirements import Asker, Requirement
from colonyserver.storage.driver import execute
from tests.support.core import COLONY, TYPE, Core, asker, executor_id, open_core


async def assigned(core: Core, name: str = "one", **room: Any) -> str | None:
    """The function of the process that an executor gets."""
    try:
        return (await core.assign(name, **room)).spec.func_name
    except NothingAvailable:
        return None


class TestFields:
    async def test_a_running_process(self, core: Core) -> None:
        submitted = await core.submit(max_exec_time=60, env={"KEY": "VALUE"})
        process = await core.assign("one")
        assert process.process_id == submitted.process_id
        assert process.state is ProcessState.RUNNING
        assert process.is_assigned
        assert process.assigned_executor_id == executor_id("one")
        assert process.start_time is not None
        assert process.exec_deadline is not None
        assert (process.exec_deadline - process.start_time).total_seconds() == 60
        assert process.submission_time == submitted.submission_time
        assert process.priority_time == submitted.priority_time
        assert [attribute.state for attribute in process.attributes] == [ProcessState.RUNNING]
        assert process == await core.get(process)
        assert await core.states() == {ProcessState.RUNNING: 1} == await core.counted()

    @pytest.mark.parametrize("max_exec_time", [-1, 0, -7])
    async def test_no_limit(self, core: Core, max_exec_time: int) -> None:
        await core.submit(max_exec_time=max_exec_time)
        process = await core.assign()
        assert process.exec_deadline is None
        assert process.spec.max_exec_time == max_exec_time

    async def test_a_limit_of_centuries(self, core: Core) -> None:
        await core.submit(max_exec_time=2**62, max_wait_time=2**62)
        process = await core.assign()
        assert process.exec_deadline is not None
        assert process.exec_deadline.year > 2050
        assert process.spec.max_exec_time == 2**62


class TestOrder:
    async def test_first_come_first_served(self, core: Core) -> None:
        for number in range(5):
            await core.submit(func_name=str(number))
        assert [await assigned(core) for _ in range(6)] == ["0", "1", "2", "3", "4", None]

    async def test_a_step_of_priority_is_a_day_of_waiting(self, core: Core) -> None:
        await core.submit(func_name="yesterday")
        core.clock.advance(86_500)
        await core.submit(func_name="today, 1", priority=1)
        await core.submit(func_name="today, 2", priority=2)
        await core.submit(func_name="today, -1", priority=-1)
        await core.submit(func_name="today")
        order = [await assigned(core) for _ in range(5)]
        assert order == ["today, 2", "yesterday", "today, 1", "today", "today, -1"]

    async def test_concurrent_askers_get_different_processes_in_the_order_they_asked(self, core: Core) -> None:
        for number in range(20):
            await core.submit(func_name=str(number))
        processes = await asyncio.gather(*(core.assign("one") for _ in range(20)))
        assert [process.spec.func_name for process in processes] == [str(number) for number in range(20)]
        assert await assigned(core) is None


class TestConditions:
    async def test_type(self, core: Core) -> None:
        await core.submit(executor_type="other", executor_names=["one"])
        assert await assigned(core) is None

    async def test_no_type_is_a_type(self, core: Core) -> None:
        await core.submit(executor_type="", executor_names=["one"])
        assert await assigned(core) is None

    async def test_names(self, core: Core) -> None:
        await core.submit(func_name="theirs", executor_names=["two", "three"])
        await core.submit(func_name="everybody's", executor_names=["*"])
        assert await assigned(core, "one") == "everybody's"
        assert await assigned(core, "one") is None
        assert await assigned(core, "three") == "theirs"
        assert await assigned(core, "two") is None

    async def test_location_in_any_case(self, core: Core) -> None:
        await core.submit(func_name="there", location_name="CERN")
        assert await assigned(core, location_name="") is None
        assert await assigned(core, location_name="desy") is None
        assert await assigned(core, location_name="cern") == "there"
        await core.submit(func_name="anywhere")
        assert await assigned(core, location_name="desy") == "anywhere"

    async def test_room(self, core: Core) -> None:
        await core.submit(func_name="big", cpu="2000m", mem="1Gi", storage="5Gi")
        assert await assigned(core, cpu=1999) is None
        assert await assigned(core, mem=(1 << 30) - 1) is None
        assert await assigned(core, cpu=2000, mem=1 << 30) == "big"

    async def test_what_is_small_enough_overtakes(self, core: Core) -> None:
        await core.submit(func_name="big", mem="8Gi")
        await core.submit(func_name="small", mem="1Gi")
        assert await assigned(core, mem=2 << 30) == "small"
        assert await assigned(core) == "big"

    async def test_colony(self, core: Core) -> None:
        await core.submit()
        assert await assigned(core, colony_name="other") is None

    async def test_many_nodes_and_processes_do_not_keep_it_back(self, core: Core) -> None:
        await core.submit(func_name="wide", nodes=1000, processes=1000, processes_per_node=1000)
        assert await assigned(core) == "wide"


class TestRefusals:
    async def test_nothing_is_waiting(self, core: Core) -> None:
        with pytest.raises(NothingAvailable, match="No process available for assignment") as refusal:
            await core.assign()
        assert refusal.value.status == 404

    async def test_no_timeout(self, core: Core) -> None:
        with pytest.raises(Invalid, match="timeout cannot be zero") as refusal:
            await core.assign(timeout=0)
        assert refusal.value.status == 400

    async def test_an_executor_that_lost_its_approval_gets_nothing(self, core: Core) -> None:
        await core.submit(func_name="safe")
        await core.database.write(
            lambda connection: execute(connection, "UPDATE executor SET state = 3 WHERE name = 'one'")
        )
        outcomes = await asyncio.gather(core.assign("one"), core.assign("two"), return_exceptions=True)
        assert isinstance(outcomes[0], Forbidden)
        assert isinstance(outcomes[1], Process)

    async def test_an_identity_that_was_replaced_gets_nothing(self, core: Core) -> None:
        await core.submit()
        with pytest.raises(Forbidden):
            await core.assign("one", executor_id="b" * 64)

    async def test_a_paused_colony(self, core: Core) -> None:
        await core.submit()
        core.events.publish(PauseChanged(COLONY, is_paused=True))
        with pytest.raises(Paused) as refusal:
            await core.assign()
        assert refusal.value.status == 503
        with pytest.raises(Paused) as refusal:
            await core.assign(timeout=0.01)
        assert refusal.value.status == 408
        core.events.publish(PauseChanged(COLONY, is_paused=False))
        await core.assign()

    async def test_a_pause_survives_a_restart(self, tmp_path: Path, database_url: str) -> None:
        async with open_core(tmp_path, url=database_url) as core:
            await core.submit()
            await core.database.write(lambda connection: execute(connection, "UPDATE colony SET is_paused = TRUE"))
        async with open_core(tmp_path, url=database_url) as core:
            with pytest.raises(Paused):
                await core.assign()

    async def test_a_colony_that_is_gone(self, core: Core) -> None:
        with pytest.raises(Forbidden, match="does not exists"):
            await core.submit(colony_name="gone")
        assert await core.counted() == {}


class Oracle:
    """Assignment done the slow way: every waiting process is looked at for every asker."""

    def __init__(self) -> None:
        self.waiting: list[tuple[int, str, Requirement]] = []

    def take(self, who: Asker) -> str | None:
        fitting = [entry for entry in sorted(self.waiting) if entry[2].fits(who)]
        if not fitting:
            return None
        self.waiting.remove(fitting[0])
        return fitting[0][1]


SIZES = [0, 1, 100, 500, 501, 512, 1024, 70_000]


def _random_conditions(choose: random.Random, variety: int) -> dict[str, Any]:
    names = choose.choice([None, None, None, ["one"], ["two", "three"], ["nobody"]])
    return {
        "cpu": f"{choose.choice(SIZES) + choose.randrange(variety)}m",
        "mem": f"{choose.choice(SIZES) + choose.randrange(variety)}Mi",
        "executor_names": names,
        "location_name": choose.choice(["", "", "", "Cern", "Desy"]),
        "executor_type": choose.choice([TYPE, TYPE, TYPE, TYPE, "other"]),
        "priority": choose.choice([0, 0, 0, 1, -1]),
    }


def _random_asker(choose: random.Random) -> Asker:
    return asker(
        choose.choice(["one", "two", "three"]),
        cpu=choose.choice([*SIZES, 2**63 - 1]),
        mem=choose.choice([*(size << 20 for size in SIZES), 2**63 - 1]),
        location_name=choose.choice(["", "cern", "desy"]),
    )


@pytest.mark.parametrize(("seed", "variety"), [(1, 1), (2, 1), (3, 400), (4, 400)], ids=str)
async def test_the_same_as_looking_at_everything(core: Core, seed: int, variety: int) -> None:
    """With few sizes every process has an exact shape; with many, most are in classes of sizes."""
    choose = random.Random(seed)
    oracle = Oracle()
    for _ in range(12):
        submitted = await asyncio.gather(*(core.submit(**_random_conditions(choose, variety)) for _ in range(40)))
        for process, change in zip(submitted, core.changes[-40:], strict=True):
            assert change.requirement is not None
            assert change.process_id == process.process_id
            oracle.waiting.append((process.priority_time, process.process_id, change.requirement))
        askers = [_random_asker(choose) for _ in range(choose.choice([1, 7, 30]))]
        expected = [oracle.take(who) for who in askers]
        outcomes = await asyncio.gather(
            *(core.lifecycle.assignment.assign(who, -1) for who in askers), return_exceptions=True
        )
        got = [None if isinstance(outcome, BaseException) else outcome.process_id for outcome in outcomes]
        assert got == expected
    shapes = await core.rows("SELECT count(*), count(CASE WHEN least_mem < most_mem THEN 1 END) FROM shape")
    assert (shapes[0][1] > 0) == (variety > 1), "classes of sizes are used for many sizes only"
    assert await core.rows("SELECT count(DISTINCT process_id) FROM queue") == [(len(oracle.waiting),)]
    assert await core.states() == await core.counted()
