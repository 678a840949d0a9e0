"""Runs of crons: when they happen, what they submit, and that each happens once; with a clock that can be set."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from colonysdk.objects import Cron, ProcessState
from colonyserver.access import Caller, Member
from colonyserver.background.crons import CronLoop
from colonyserver.background.supervisor import Supervisor
from colonyserver.clock import NANOSECONDS
from colonyserver.errors import Refusal
from colonyserver.services import cron_runs
from colonyserver.services.cron_runs import CronRuns
from colonyserver.services.crons import CronService
from colonyserver.services.initiators import OWNER_NAME
from colonyserver.services.schedules import Schedules
from colonyserver.storage.crons import CronRecord, add_cron
from colonyserver.storage.driver import execute
from colonyserver.storage.users import change_user_id, remove_user
from tests.support.core import ALICE, ALICE_CALLS, COLONY, TYPE, USER_ID, Core, caller
from tests.support.schedules import schedules_over


@pytest.fixture
def crons(schedules: Schedules) -> CronService:
    return schedules.crons


@pytest.fixture
def runs(schedules: Schedules) -> CronRuns:
    return schedules.cron_runs


def workflow(*names: str, chained: bool = False) -> str:
    """A workflow of functions side by side, or one after the other, as a text."""
    specs = [
        {
            "nodename": name,
            "funcname": name,
            "maxexectime": -1,
            "conditions": {
                "executortype": TYPE,
                "dependencies": [names[place - 1]] if chained and place else [],
            },
        }
        for place, name in enumerate(names)
    ]
    return json.dumps({"colonyname": COLONY, "functionspecs": specs})


def cron(**fields: Any) -> Cron:
    known: dict[str, Any] = {"name": "c", "interval": 60, "workflow_spec": workflow("job")}
    return Cron(**known | fields)


async def workflows(core: Core) -> list[tuple[str, int]]:
    """The workflows that exist, oldest first, with their states."""
    return [
        (workflow_id, state)
        for workflow_id, state in await core.rows("SELECT workflow_id, state FROM workflow ORDER BY submitted_at")
    ]


async def get(crons: CronService, record: CronRecord) -> CronRecord:
    return await crons.find(ALICE_CALLS, record.cron_id)


class TestTime:
    async def test_nothing_runs_before_the_first_due_time(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        added = await crons.add(ALICE, cron())
        ahead = await runs.run_due()
        assert ahead.next_due_at == added.next_run_at
        assert await workflows(core) == []
        core.clock.advance(59)
        await runs.run_due()
        assert await workflows(core) == []

    async def test_a_run_moves_everything_at_once(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        added = await crons.add(ALICE, cron())
        core.clock.advance(61)
        await runs.run_due()
        ((workflow_id, state),) = await workflows(core)
        assert state == ProcessState.WAITING
        after = await get(crons, added)
        assert after.previous_workflow_id == workflow_id
        assert after.last_run_at is not None
        assert after.last_run_at > added.next_run_at
        assert after.next_run_at == pytest.approx(after.last_run_at + 60 * NANOSECONDS, abs=NANOSECONDS)
        process = await core.assign()
        assert (process.initiator_id, process.initiator_name) == (USER_ID, "alice")
        assert (process.process_graph_id, process.spec.func_name) == (workflow_id, "job")

    async def test_missed_times_are_not_caught_up(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        await crons.add(ALICE, cron())
        core.clock.advance(3600)
        await runs.run_due()
        await runs.run_due()
        assert len(await workflows(core)) == 1

    async def test_an_expression(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        added = await crons.add(ALICE, cron(interval=-1, cron_expression="0 0 * * * *"))
        assert added.next_run_at % (3600 * NANOSECONDS) == 0
        core.clock.advance(3600)
        await runs.run_due()
        after = await get(crons, added)
        assert len(await workflows(core)) == 1
        assert after.next_run_at == added.next_run_at + 3600 * NANOSECONDS

    async def test_random_times_differ_and_stay_below_the_interval(self, core: Core, crons: CronService) -> None:
        waits = []
        for number in range(20):
            before = core.clock.now()
            added = await crons.add(ALICE, cron(name=f"c{number}", interval=1000, random=True))
            waits.append((added.next_run_at - before) / NANOSECONDS)
        assert len({round(wait) for wait in waits}) > 10
        assert all(0 < wait <= 1001 for wait in waits)

    async def test_many_at_once(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        await asyncio.gather(*(crons.add(ALICE, cron(name=f"c{number}")) for number in range(250)))
        core.clock.advance(61)
        await runs.run_due()
        assert len(await workflows(core)) == 250


class TestOnce:
    async def test_two_servers_that_see_the_same_due_time(
        self, core: Core, schedules: Schedules, crons: CronService, runs: CronRuns
    ) -> None:
        await crons.add(ALICE, cron())
        other = schedules_over(core).cron_runs
        core.clock.advance(61)
        await asyncio.gather(runs.run_due(), other.run_due(), runs.run_due())
        assert len(await workflows(core)) == 1

    async def test_by_hand(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        added = await crons.add(ALICE, cron())
        before = await runs.run(ALICE_CALLS, added.cron_id)
        assert before == added
        after = await get(crons, added)
        assert after.next_run_at > added.next_run_at
        assert [after.previous_workflow_id] == [workflow_id for workflow_id, _ in await workflows(core)]

    async def test_by_hand_only_by_members(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        added = await crons.add(ALICE, cron())
        stranger = Caller("f" * 64, members={"other": Member("f" * 64, "other", "mallory")})
        with pytest.raises(Refusal) as caught:
            await runs.run(stranger, added.cron_id)
        assert caught.value.status == 403
        assert await workflows(core) == []


class TestPrevious:
    async def _start(self, core: Core, crons: CronService, runs: CronRuns, **fields: Any) -> CronRecord:
        """A cron that waits for its previous run, which is running, and whose next time has passed."""
        added = await crons.add(ALICE, cron(wait_for_prev_process_graph=True, **fields))
        core.clock.advance(61)
        await runs.run_due()
        core.clock.advance(61)
        return added

    async def test_it_is_waited_for(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        await self._start(core, crons, runs)
        process = await core.assign()
        for _ in range(3):
            ahead = await runs.run_due()
            assert (ahead.next_due_at, ahead.held_back_in) == (None, {COLONY})
            core.clock.advance(61)
        assert len(await workflows(core)) == 1
        await core.succeed(process)
        ahead = await runs.run_due()
        assert ahead.held_back_in == frozenset()
        assert len(await workflows(core)) == 2

    async def test_by_hand_it_is_waited_for_in_silence(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        added = await self._start(core, crons, runs)
        before = await get(crons, added)
        assert await runs.run(ALICE_CALLS, added.cron_id) == before
        assert await get(crons, added) == before

    @pytest.mark.parametrize("end", ["fail", "cancel"])
    async def test_any_end_will_do(self, core: Core, crons: CronService, runs: CronRuns, end: str) -> None:
        await self._start(core, crons, runs)
        process = await core.assign()
        await runs.run_due()
        if end == "fail":
            await core.lifecycle.closing.fail(caller("one"), process.process_id, ["broken"])
        else:
            await self._cancel(core, process.process_graph_id)
        await runs.run_due()
        assert len(await workflows(core)) == 2

    async def test_one_that_is_gone_is_not_waited_for(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        await self._start(core, crons, runs)
        await runs.run_due()
        ((workflow_id, _state),) = await workflows(core)
        await core.lifecycle.workflow_removal.remove(ALICE_CALLS, workflow_id)
        await runs.run_due()
        assert len(await workflows(core)) == 1
        assert workflow_id not in dict(await workflows(core))

    async def test_without_waiting_they_overlap(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        await crons.add(ALICE, cron())
        for _ in range(3):
            core.clock.advance(61)
            await runs.run_due()
        assert len(await workflows(core)) == 3

    async def test_outputs_of_the_leaves_are_the_next_input(
        self, core: Core, crons: CronService, runs: CronRuns
    ) -> None:
        await self._start(core, crons, runs, workflow_spec=workflow("left", "right"))
        for output in (["a", 1], ["b"]):
            await core.succeed(await core.assign(), output=output)
        await runs.run_due()
        following = await core.assign()
        assert sorted(map(str, following.input)) == ["1", "a", "b"]

    @pytest.mark.parametrize(("length", "handed_on"), [(46, 1), (47, 0)])
    async def test_too_much_is_not_handed_on(
        self,
        core: Core,
        crons: CronService,
        runs: CronRuns,
        monkeypatch: pytest.MonkeyPatch,
        length: int,
        handed_on: int,
    ) -> None:
        monkeypatch.setattr(cron_runs, "MAX_HANDED_BYTES", 100)
        await self._start(core, crons, runs, workflow_spec=workflow("left", "right"))
        for output in (["x" * length], []):
            await core.succeed(await core.assign(), output=output)
        await runs.run_due()
        assert len((await core.assign()).input) == handed_on

    async def test_only_roots_get_it(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        await self._start(core, crons, runs, workflow_spec=workflow("first", "second", chained=True))
        for output in (["inner"], ["outer"]):
            await core.succeed(await core.assign(), output=output)
        await runs.run_due()
        root = await core.assign()
        assert (root.spec.func_name, root.input) == ("first", ["outer"])

    async def _cancel(self, core: Core, workflow_id: str) -> None:
        await core.lifecycle.workflow_cancelling.cancel(ALICE_CALLS, workflow_id)


class TestInitiator:
    async def _run_after(
        self, core: Core, crons: CronService, runs: CronRuns, change: Callable[[Connection], None]
    ) -> CronRecord:
        """Add a cron, change something, let it be due."""
        added = await crons.add(ALICE, cron())
        await core.database.write(change)
        core.clock.advance(61)
        await runs.run_due()
        return await get(crons, added)

    async def test_a_new_key_of_the_same_member(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        new_id = "d" * 64
        await self._run_after(core, crons, runs, lambda connection: change_user_id(connection, COLONY, USER_ID, new_id))
        process = await core.assign()
        assert (process.initiator_id, process.initiator_name) == (new_id, "alice")

    async def test_who_has_left_runs_nothing_but_the_time_goes_on(
        self, core: Core, crons: CronService, runs: CronRuns
    ) -> None:
        after = await self._run_after(core, crons, runs, lambda connection: remove_user(connection, COLONY, "alice"))
        assert await workflows(core) == []
        assert after.next_run_at > core.clock.now()
        assert (after.last_run_at, after.previous_workflow_id) == (None, "")
        with pytest.raises(Refusal, match="alice added the cron and is no member any more"):
            await runs.run(ALICE_CALLS, after.cron_id)

    @pytest.mark.parametrize(
        "spoilt", ["workflow_spec = '{'", "interval_seconds = -1, cron_expression = 'TZ=Mars/Olympus @daily'"]
    )
    async def test_what_cannot_be_read_holds_up_nothing(
        self, core: Core, crons: CronService, runs: CronRuns, spoilt: str
    ) -> None:
        await crons.add(ALICE, cron(name="sound"))

        def spoil(connection: Connection) -> None:
            execute(connection, f"UPDATE cron SET {spoilt} WHERE name = 'c'")

        after = await self._run_after(core, crons, runs, spoil)
        assert len(await workflows(core)) == 1
        assert after.next_run_at > core.clock.now()

    async def test_an_executor(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        worker = caller("one")
        await crons.add(worker.members[COLONY], cron())
        core.clock.advance(61)
        await runs.run_due()
        process = await core.assign()
        assert (process.initiator_id, process.initiator_name) == (worker.id, "one")

    async def test_the_owner_of_the_colony(self, core: Core, crons: CronService, runs: CronRuns) -> None:
        record = await crons.add(ALICE, cron(name="other"))
        owned = record._replace(cron_id="o" * 64, name="owned", initiator_id="0" * 64, initiator_name=OWNER_NAME)
        await core.database.write(lambda connection: add_cron(connection, owned))
        await crons.remove(ALICE_CALLS, record.cron_id)
        core.clock.advance(61)
        await runs.run_due()
        process = await core.assign()
        assert (process.initiator_id, process.initiator_name) == ("c" * 64, OWNER_NAME)


class TestLoop:
    """The loop runs in real time here."""

    @pytest.fixture
    async def looping(self, core: Core, schedules: Schedules) -> AsyncIterator[Schedules]:
        supervisor = Supervisor([CronLoop(schedules.cron_runs, core.events, core.clock)])
        supervisor.start()
        yield schedules
        await supervisor.stop()

    async def test_every_other_second(self, core: Core, looping: Schedules) -> None:
        await looping.crons.add(ALICE, cron(name="rare", interval=3600))
        await looping.crons.add(ALICE, cron(interval=-1, cron_expression="*/2 * * * * *"))
        await self._submitted(core, 2)
        rows = await core.rows("SELECT submitted_at FROM workflow ORDER BY submitted_at LIMIT 2")
        seconds = [submitted_at / NANOSECONDS for (submitted_at,) in rows]
        assert all(second % 2 < 1 for second in seconds)
        assert round(seconds[1] - seconds[0]) == 2

    async def test_the_end_of_the_previous_run_wakes_it(self, core: Core, looping: Schedules) -> None:
        await looping.crons.add(ALICE, cron(interval=1, wait_for_prev_process_graph=True))
        await self._submitted(core, 1)
        process = await core.assign(timeout=10)
        async with asyncio.timeout(15):
            while await core.rows("SELECT due_at FROM cron") != [(None,)]:
                await asyncio.sleep(0.02)
        assert len(await workflows(core)) == 1
        await core.succeed(process)
        await self._submitted(core, 2)

    async def _submitted(self, core: Core, count: int) -> None:
        async with asyncio.timeout(20):
            while len(await workflows(core)) < count:
                await asyncio.sleep(0.02)
