"""Removal: nothing stays behind but the log, and what runs stays."""

import asyncio

import pytest

from colonysdk.objects import Colony, ProcessState
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.events import ColonyRemoved, PauseChanged
from colonyserver.storage import colonies
from tests.support.core import COLONY, Core, caller


async def one_in_each_state(core: Core) -> None:
    """Two in each state."""
    for _ in range(2):
        for _ in range(4):
            await core.submit(env={"A": "B"})
        await core.succeed(await core.assign())
        await core.lifecycle.closing.fail(caller("one"), (await core.assign()).process_id, [])
        await core.lifecycle.closing.cancel(caller("one"), (await core.assign()).process_id)
        await core.assign()
        await core.submit(executor_names=["two", "three"], max_wait_time=60)


class TestOne:
    async def test_with_what_belongs_to_it(self, core: Core) -> None:
        process = await core.submit(env={"A": "B"}, executor_names=["one", "two"])
        await core.lifecycle.removal.remove(caller("two"), process.process_id)
        with pytest.raises(NotFound):
            await core.get(process)
        for table in ("process", "queue", "attribute"):
            assert await core.rows(f"SELECT count(*) FROM {table}") == [(0,)]
        assert await core.states() == {}

    async def test_its_log_stays(self, core: Core) -> None:
        await core.submit()
        process = await core.assign()
        await core.lifecycle.logs.add(caller("one"), process.process_id, "line")
        await core.succeed(process)
        await core.lifecycle.removal.remove(caller("one"), process.process_id)
        assert await core.rows("SELECT message FROM log") == [("line",)]

    async def test_refused(self, core: Core) -> None:
        removal = core.lifecycle.removal
        await core.submit()
        process = await core.assign()
        with pytest.raises(Conflict, match="running") as running:
            await removal.remove(caller("one"), process.process_id)
        assert running.value.status == 400
        with pytest.raises(Forbidden):
            await removal.remove(caller("one", "other"), process.process_id)
        with pytest.raises(NotFound) as unknown:
            await removal.remove(caller("one"), "f" * 64)
        assert unknown.value.status == 500


class TestAll:
    @pytest.mark.parametrize(
        "state", [ProcessState.WAITING, ProcessState.SUCCESS, ProcessState.FAILED, ProcessState.CANCELLED]
    )
    async def test_of_a_state(self, core: Core, state: ProcessState) -> None:
        await one_in_each_state(core)
        await core.lifecycle.removal.remove_all(COLONY, state)
        left = dict.fromkeys(ProcessState, 2)
        del left[state]
        assert await core.states() == left == await core.counted()
        queued = 0 if state is ProcessState.WAITING else 4
        assert await core.rows("SELECT count(*) FROM queue") == [(queued,)]

    async def test_of_every_state(self, core: Core) -> None:
        await one_in_each_state(core)
        await core.lifecycle.removal.remove_all(COLONY, -1)
        assert await core.counted() == {} == await core.states()
        assert await core.rows("SELECT count(*) FROM attribute") == [(0,)]

    async def test_thousands_while_others_work(self, core: Core) -> None:
        await asyncio.gather(*(core.submit(executor_type="other") for _ in range(2500)))
        removing = asyncio.create_task(core.lifecycle.removal.remove_all(COLONY, ProcessState.WAITING))
        await core.submit(executor_type="other")
        await removing
        await core.lifecycle.removal.remove_all(COLONY, ProcessState.WAITING)
        assert await core.counted() == {} == await core.states()

    async def test_only_of_that_colony(self, core: Core) -> None:
        await core.submit()
        await core.lifecycle.removal.remove_all("other", -1)
        assert await core.states() == {ProcessState.WAITING: 1}

    @pytest.mark.parametrize("state", [ProcessState.RUNNING, 5, -2])
    async def test_refused(self, core: Core, state: int) -> None:
        with pytest.raises(Invalid) as refusal:
            await core.lifecycle.removal.remove_all(COLONY, state)
        assert refusal.value.status == 400


async def test_a_colony_that_comes_back_is_a_new_one(core: Core) -> None:
    """Also for what the server remembers: its shapes and its pause went with the colony."""
    await core.submit(mem="5Gi")
    core.events.publish(PauseChanged(COLONY, is_paused=True))
    await core.database.write(lambda connection: colonies.remove_colony(connection, COLONY))
    core.events.publish(ColonyRemoved(COLONY))
    # Shapes that other servers may remember are deleted when nobody has used them for long.
    shapes = () if core.database.backend.is_shared else ("shape",)
    for table in ("process", "queue", "counter", "log", "attribute", *shapes):
        assert await core.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    colony = Colony(colony_id="c" * 64, name=COLONY)
    await core.database.write(lambda connection: colonies.add_colony(connection, colony, 1))
    await core.add_executor("one")
    process = await core.submit(mem="5Gi")
    assert await core.rows("SELECT count(*) FROM queue JOIN shape USING (shape_id)") == [(1,)]
    assert (await core.assign()).process_id == process.process_id
