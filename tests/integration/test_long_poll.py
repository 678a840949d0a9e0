"""Long polls: whoever waits for a process gets one as soon as there is one for it, and no wake-up is lost."""

import asyncio
import random
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from colonysdk.objects import Process, ProcessState
from colonyserver.errors import NothingAvailable, Paused
from colonyserver.events import PauseChanged
from colonyserver.storage.driver import execute
from tests.support.core import COLONY, Core, asker, executor_id, open_core

LONG = 60.0
"""Longer than any test; what ends earlier was woken."""


async def park(core: Core, *names: str, **room: object) -> list["asyncio.Task[Process]"]:
    """Executors that wait, in this order; returns when all of them have looked in vain."""
    count = core.lifecycle.assignment.waiting_count
    calls = [asyncio.create_task(core.assign(name, LONG, **room)) for name in names]
    await core.parked(count + len(calls))
    return calls


async def settled(core: Core) -> None:
    """Return when everybody who was woken has looked."""
    for _ in range(5):
        await core.parked(0)


async def cancel(*calls: "asyncio.Task[Process]") -> None:
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)


class TestTime:
    async def test_it_ends_in_time(self, core: Core) -> None:
        begin = asyncio.get_running_loop().time()
        with pytest.raises(NothingAvailable) as refusal:
            await core.assign(timeout=0.2)
        assert refusal.value.status == 404
        assert 0.2 <= asyncio.get_running_loop().time() - begin < 5
        assert core.lifecycle.assignment.waiting_count == 0

    async def test_what_waits_already_is_given_at_once(self, core: Core) -> None:
        submitted = await core.submit()
        assert (await core.assign(timeout=LONG)).process_id == submitted.process_id


class TestWakeUps:
    async def test_a_submit_wakes_who_waits(self, core: Core) -> None:
        (call,) = await park(core, "one")
        submitted = await core.submit()
        assert (await asyncio.wait_for(call, 10)).process_id == submitted.process_id

    async def test_the_submit_and_its_assignment_share_a_transaction(self, tmp_path: Path) -> None:
        statements: list[str] = []

        def listen(connection: Connection) -> None:
            sqlite = connection.connection.driver_connection
            assert isinstance(sqlite, sqlite3.Connection)
            sqlite.set_trace_callback(statements.append)

        async with open_core(tmp_path) as core:
            (call,) = await park(core, "one")
            await core.database.write(listen)
            statements.clear()
            submitted = await core.submit()
            assert (await asyncio.wait_for(call, 10)).process_id == submitted.process_id
            transactions = [line for line in statements if line in ("BEGIN IMMEDIATE", "COMMIT")]
            assert transactions == ["BEGIN IMMEDIATE", "COMMIT"]

    async def test_everybody_gets_one(self, core: Core) -> None:
        calls = await park(core, *["one", "two", "three"] * 10)
        submitted = await asyncio.gather(*(core.submit() for _ in calls))
        got = await asyncio.wait_for(asyncio.gather(*calls), 20)
        assert {process.process_id for process in got} == {process.process_id for process in submitted}

    async def test_by_name(self, core: Core) -> None:
        one, two, three = await park(core, "one", "two", "three")
        await core.submit(executor_names=["two"])
        assert (await asyncio.wait_for(two, 10)).assigned_executor_id == executor_id("two")
        assert not one.done()
        assert not three.done()
        await cancel(one, three)

    async def test_by_place_in_any_case(self, core: Core) -> None:
        (nowhere,) = await park(core, "one")
        (there,) = await park(core, "two", location_name="cern")
        await core.submit(location_name="CERN")
        await asyncio.wait_for(there, 10)
        await core.submit()
        await asyncio.wait_for(nowhere, 10)

    async def test_by_room(self, core: Core) -> None:
        (small,) = await park(core, "one", mem=1 << 30, cpu=500)
        (large,) = await park(core, "two", mem=8 << 30, cpu=4000)
        await core.submit(func_name="large", mem="2Gi")
        assert (await asyncio.wait_for(large, 10)).spec.func_name == "large"
        await core.submit(func_name="small", cpu="500m")
        assert (await asyncio.wait_for(small, 10)).spec.func_name == "small"

    async def test_not_by_another_colony_or_type(self, core: Core) -> None:
        (call,) = await park(core, "one")
        await core.submit(executor_type="other")
        await settled(core)
        assert not call.done()
        await cancel(call)

    async def test_in_turn(self, core: Core) -> None:
        """Three executors that come back for more, when there is one process at a time, get the same share."""
        counts = dict.fromkeys(("one", "two", "three"), 0)

        async def work(name: str) -> None:
            while True:
                process = await core.assign(name, LONG)
                counts[name] += 1
                await core.succeed(process, name)

        workers = [asyncio.create_task(work(name)) for name in counts]
        for number in range(30):
            await core.parked(3)
            await core.submit()
            while len(core.changes) < 3 * (number + 1):
                await asyncio.sleep(0)
        assert counts == {"one": 10, "two": 10, "three": 10}
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def test_a_requeued_process(self, core: Core) -> None:
        await core.submit(max_exec_time=10, max_retries=1)
        await core.assign("one")
        (call,) = await park(core, "two")
        core.clock.advance(11)
        await core.lifecycle.expiry.expire()
        process = await asyncio.wait_for(call, 10)
        assert process.retries == 1
        assert process.assigned_executor_id == executor_id("two")

    async def test_an_executor_that_was_removed(self, core: Core) -> None:
        await core.submit()
        await core.assign("one")
        (call,) = await park(core, "two")
        changes = await core.database.write(
            lambda connection: core.lifecycle.requeueing.requeue_executor(connection, COLONY, executor_id("one"))
        )
        for change in changes:
            core.events.publish(change)
        assert (await asyncio.wait_for(call, 10)).assigned_executor_id == executor_id("two")


class TestNothingIsLost:
    async def test_a_submit_between_looking_and_waiting(self, core: Core) -> None:
        """Many rounds of submits that race with calls that begin to wait."""
        for _ in range(50):
            call = asyncio.create_task(core.assign("one", LONG))
            for _ in range(random.Random(1).randrange(4)):
                await asyncio.sleep(0)
            await core.submit()
            await asyncio.wait_for(call, 10)

    async def test_who_goes_away_after_the_wake_up_passes_it_on(self, core: Core) -> None:
        first, second = await park(core, "one", "two")
        submitted = await core.submit()
        first.cancel()
        assert (await asyncio.wait_for(second, 10)).process_id == submitted.process_id

    async def test_who_cannot_have_it_passes_it_on(self, core: Core) -> None:
        first, second = await park(core, "one", "two")
        await core.database.write(
            lambda connection: execute(connection, "UPDATE executor SET state = 3 WHERE name = 'one'")
        )
        submitted = await core.submit()
        assert (await asyncio.wait_for(second, 10)).process_id == submitted.process_id
        assert first.exception() is not None

    async def test_who_takes_something_better_passes_it_on(self, core: Core) -> None:
        first, second = await park(core, "one", "two")
        ordinary, urgent = await asyncio.gather(core.submit(), core.submit(priority=5))
        got = {(await asyncio.wait_for(call, 10)).process_id for call in (first, second)}
        assert got == {ordinary.process_id, urgent.process_id}

    async def test_mixed_executors_drain_everything(self, core: Core) -> None:
        """Small, large, named and placed processes, and executors that come and go while they wait."""
        choose = random.Random(7)
        done: list[str] = []

        async def work(name: str, location: str, mem: int) -> None:
            while True:
                try:
                    process = await core.assign(
                        name, choose.choice([0.005, 0.05, LONG]), location_name=location, mem=mem
                    )
                except NothingAvailable:
                    continue
                await core.succeed(process, name)
                done.append(process.process_id)

        kinds = [("one", "", 1 << 30), ("two", "cern", 8 << 30), ("three", "desy", 64 << 30)]
        workers = [asyncio.create_task(work(*kind)) for kind in kinds * 3]
        submitted = []
        for _ in range(40):
            batch = [
                core.submit(
                    mem=choose.choice(["", "1Gi", "4Gi", "32Gi"]) if place != "CERN" else "4Gi",
                    location_name=place,
                    executor_names=choose.choice([None, None, ["three"]]) if not place else None,
                )
                for place in (choose.choice(["", "", "CERN", "Desy"]) for _ in range(5))
            ]
            submitted += await asyncio.gather(*batch)
        async with asyncio.timeout(60):
            while len(done) < len(submitted):
                await asyncio.sleep(0.001)
        assert sorted(done) == sorted(process.process_id for process in submitted)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        assert await core.states() == await core.counted()
        assert await core.rows("SELECT count(*) FROM queue") == [(0,)]


class TestGoingAway:
    async def test_a_process_for_nobody_goes_back(self, core: Core) -> None:
        """The call is cancelled at every possible moment; the process is always there for the next one."""
        for turns in range(12):
            submitted = await core.submit(max_exec_time=60)
            call = asyncio.create_task(core.assign("one", LONG))
            for _ in range(turns):
                await asyncio.sleep(0.0005)
            if call.done():
                await core.succeed(call.result(), "one")
                continue
            await cancel(call)
            got = await core.assign("two", 10.0)
            assert got.process_id == submitted.process_id
            assert got.retries == 0
            await core.succeed(got, "two")
        assert await core.states() == {ProcessState.SUCCESS: 12} == await core.counted()

    async def test_a_reply_that_could_not_be_sent(self, core: Core) -> None:
        submitted = await core.submit(env={"A": "B"})
        record = await core.lifecycle.assignment.assign(asker("one"), -1)
        core.lifecycle.assignment.give_back(record)
        await core.lifecycle.requeueing.drain()
        assert await core.get(submitted) == submitted
        assert (await core.assign("two")).process_id == submitted.process_id

    async def test_giving_back_late_does_not_take_from_the_next(self, core: Core) -> None:
        await core.submit()
        record = await core.lifecycle.assignment.assign(asker("one"), -1)
        core.lifecycle.assignment.give_back(record)
        await core.lifecycle.requeueing.drain()
        process = await core.assign("one")
        core.lifecycle.assignment.give_back(record)
        await core.lifecycle.requeueing.drain()
        assert (await core.get(process)).state is ProcessState.RUNNING

    async def test_stopping_answers_everybody(self, core: Core) -> None:
        calls = await park(core, "one", "two", "three")
        core.lifecycle.assignment.stop()
        outcomes = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 10)
        assert [type(outcome) for outcome in outcomes] == [NothingAvailable] * 3
        with pytest.raises(NothingAvailable):
            await core.assign(timeout=LONG)


class TestPause:
    async def test_a_pause_keeps_back_and_a_resume_wakes_everybody(self, core: Core) -> None:
        calls = await park(core, "one", "two")
        core.events.publish(PauseChanged(COLONY, is_paused=True))
        await core.submit()
        await core.submit()
        await settled(core)
        assert not any(call.done() for call in calls)
        core.events.publish(PauseChanged(COLONY, is_paused=False))
        await asyncio.wait_for(asyncio.gather(*calls), 10)

    async def test_an_offer_from_before_the_pause_waits_for_the_resume(self, core: Core) -> None:
        (call,) = await park(core, "one")
        await core.submit()
        core.events.publish(PauseChanged(COLONY, is_paused=True))
        await settled(core)
        core.events.publish(PauseChanged(COLONY, is_paused=False))
        await asyncio.wait_for(call, 10)

    async def test_the_time_can_run_out(self, core: Core) -> None:
        core.events.publish(PauseChanged(COLONY, is_paused=True))
        with pytest.raises(Paused) as refusal:
            await core.assign(timeout=0.05)
        assert refusal.value.status == 408
