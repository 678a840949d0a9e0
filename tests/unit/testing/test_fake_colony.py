"""What tests of front ends rely on: the fake colony's switches and its standing still."""

import asyncio

import pytest

from colonysdk import messages
from colonysdk.errors import Refused, Unreachable
from colonysdk.objects import ProcessState
from colonysdk.testing import FakeColony, add_processes, example_colony


class TestSwitches:
    async def test_offline_and_back(self) -> None:
        colony = FakeColony()
        client = colony.client()
        colony.offline = True
        assert not await client.alive()
        with pytest.raises(Unreachable):
            await client.statistics()
        colony.offline = False
        assert (await client.statistics()).waiting_processes == 0

    async def test_going_offline_breaks_subscriptions(self) -> None:
        colony = FakeColony()
        process = colony.submit()
        events = colony.client().subscribe_process(process.process_id, ProcessState.SUCCESS, 60)
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        colony.offline = True
        with pytest.raises(Unreachable):
            await waiting

    async def test_scripted_refusals_come_once_each(self) -> None:
        colony = FakeColony()
        client = colony.client()
        colony.refuse(messages.GetColonyStatistics, 500, "database is locked", times=2)
        for _ in range(2):
            with pytest.raises(Refused, match="database is locked"):
                await client.statistics()
        await client.statistics()

    async def test_held_request_is_answered_when_released(self) -> None:
        colony = FakeColony()
        hold = colony.hold(messages.GetColonyStatistics)
        request = asyncio.ensure_future(colony.client().statistics())
        await hold.arrived.wait()
        colony.submit()
        assert not request.done()
        hold.release()
        assert (await request).waiting_processes == 1

    async def test_requests_are_remembered(self) -> None:
        colony = FakeColony()
        await colony.client().cancel(colony.submit().process_id)
        assert [type(request) for request in colony.requests] == [messages.CancelProcess]


class TestTime:
    async def test_polls_end_when_the_clock_says_so(self) -> None:
        colony = FakeColony()
        colony.add_executor("worker")
        poll = asyncio.ensure_future(colony.client("worker").assign(10))
        await asyncio.sleep(0)
        colony.advance(9)
        await asyncio.sleep(0)
        assert not poll.done()
        colony.advance(1)
        assert await poll is None

    async def test_deadlines_pass_when_the_clock_says_so(self) -> None:
        colony = FakeColony()
        process = colony.submit(colony.specification(max_wait_time=60))
        client = colony.client()
        colony.advance(59)
        assert (await client.process(process.process_id)).state is ProcessState.WAITING
        colony.advance(1)
        assert (await client.process(process.process_id)).state is ProcessState.FAILED

    def test_two_colonies_are_alike(self) -> None:
        first, second = example_colony(), example_colony()
        for state in ProcessState:
            assert first.records.processes(state) == second.records.processes(state)
        assert first.records.logs == second.records.logs


class TestContent:
    async def test_what_was_handed_out_does_not_change(self) -> None:
        colony = FakeColony()
        colony.add_executor("worker")
        submitted = colony.submit()
        colony.start(submitted.process_id, "worker")
        assert submitted.state is ProcessState.WAITING
        assert colony.process(submitted.process_id).state is ProcessState.RUNNING

    async def test_many_processes(self) -> None:
        colony = example_colony()
        before = await colony.client().statistics()
        for state in ProcessState:
            added = add_processes(colony, 1000, state)
            assert len({process.process_id for process in added}) == 1000
        after = await colony.client().statistics()
        assert after.waiting_processes == before.waiting_processes + 1000
        assert after.cancelled_processes == before.cancelled_processes + 1000

    async def test_every_state_of_the_example_has_processes(self) -> None:
        client = example_colony().client()
        for state in ProcessState:
            assert await client.processes(state)
