"""Following a colony: what is told, to whom, and how a gap is bridged."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from colonysdk import messages
from colonysdk.client import ColonyClient
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.objects import ColonyEvent, ColonyEvents, Process, ProcessState
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification

_SOON = 10


class Follower:
    """Reads events until what is looked for has come."""

    def __init__(self, frames: AsyncIterator[ColonyEvents]) -> None:
        self._frames = frames
        self.cursor = ""
        self.missed = False

    async def begin(self) -> None:
        """Return when everything from now on will be heard."""
        await self._frame()

    async def events(self, count: int) -> list[ColonyEvent]:
        """The next events."""
        events: list[ColonyEvent] = []
        while len(events) < count:
            events += await self._frame()
        return events

    async def _frame(self) -> list[ColonyEvent]:
        async with asyncio.timeout(_SOON):
            frame = await anext(self._frames)
        self.cursor = frame.cursor
        self.missed = self.missed or frame.missed
        return frame.events


@asynccontextmanager
async def following(
    colony: ColonyKeys, identity: Identity | None = None, cursor: str = "", *, mine: bool = False
) -> AsyncIterator[Follower]:
    async with colony.client(identity) as client, aclosing(client.events(cursor, 60, mine=mine)) as frames:
        yield Follower(frames)


async def _run_one(colony: ColonyKeys, worker: ColonyClient, alice: ColonyClient) -> Process:
    process = await alice.submit(specification(colony))
    await worker.assign(_SOON)
    await worker.close(process.process_id)
    return process


async def test_every_state_of_a_process_is_told_in_order(colony: ColonyKeys) -> None:
    async with (
        colony.client() as alice,
        colony.client(colony.executor) as worker,
        following(colony) as follower,
    ):
        await follower.begin()
        process = await _run_one(colony, worker, alice)
        events = await follower.events(3)
    states = (ProcessState.WAITING, ProcessState.RUNNING, ProcessState.SUCCESS)
    assert [(event.kind, event.process_id, event.state) for event in events] == [
        ("process", process.process_id, int(state)) for state in states
    ]
    assert [event.executor_id for event in events] == ["", colony.executor.id, colony.executor.id]
    assert {event.executor_type for event in events} == {colony.executor_type}


async def test_people_and_pauses_are_told(server: RunningServer, colony: ColonyKeys) -> None:
    async with colony.client() as owner, following(colony) as follower:
        await follower.begin()
        await owner.pause()
        assert (await follower.events(1))[0].kind == "pause"
        server.add_executor(colony, Identity.generate(), "another", approve=False)
        assert (await follower.events(1))[0].kind == "members"


async def test_a_gap_is_bridged(colony: ColonyKeys) -> None:
    async with colony.client() as alice:
        async with following(colony) as follower:
            await follower.begin()
        process = await alice.submit(specification(colony))
        async with following(colony, cursor=follower.cursor) as again:
            [event] = await again.events(1)
    assert (event.process_id, again.missed) == (process.process_id, False)


@pytest.mark.parametrize("cursor", ["nonsense", "0123456789ab.1", "\0"])
async def test_a_gap_that_cannot_be_bridged_is_told(colony: ColonyKeys, cursor: str) -> None:
    async with following(colony, cursor=cursor) as follower:
        await follower.begin()
        assert follower.missed


async def test_an_executor_hears_of_its_own(colony: ColonyKeys, server: RunningServer) -> None:
    other = Identity.generate()
    server.add_executor(colony, other, "other")
    async with (
        colony.client() as alice,
        colony.client(colony.executor) as worker,
        colony.client(other) as another,
        following(colony, colony.executor, mine=True) as follower,
    ):
        await follower.begin()
        await _run_one(colony, another, alice)
        process = await alice.submit(specification(colony))
        await worker.assign(_SOON)
        await alice.cancel(process.process_id)
        events = await follower.events(2)
        assert {event.process_id for event in events} == {process.process_id}
        assert [event.state for event in events] == [int(ProcessState.RUNNING), int(ProcessState.CANCELLED)]
        # What is taken away is told, too.
        await alice.submit(specification(colony))
        taken = await worker.assign(_SOON)
        assert taken is not None
        await follower.events(1)
        await another.remove_executor(colony.executor_name)
        with pytest.raises(Refused):
            await follower.events(2)


async def test_a_process_that_has_to_wait_again_is_told_to_who_had_it(colony: ColonyKeys) -> None:
    async with (
        colony.client() as alice,
        colony.client(colony.executor) as worker,
        following(colony, colony.executor, mine=True) as follower,
    ):
        await follower.begin()
        process = await alice.submit(specification(colony, max_exec_time=1, max_retries=1))
        await worker.assign(_SOON)
        events = await follower.events(2)
    assert [event.state for event in events] == [int(ProcessState.RUNNING), int(ProcessState.WAITING)]
    assert {event.process_id for event in events} == {process.process_id}


async def test_only_members_hear(colony: ColonyKeys, server: RunningServer) -> None:
    pending = Identity.generate()
    server.add_executor(colony, pending, "pending", approve=False)
    for identity in (Identity.generate(), colony.owner, server.new_colony().user, pending):
        async with following(colony, identity) as follower:
            with pytest.raises(Refused) as refusal:
                await follower.begin()
            assert refusal.value.status == 403


async def test_who_is_removed_hears_no_more(server: RunningServer, colony: ColonyKeys) -> None:
    async with following(colony) as follower:
        await follower.begin()
        server.send(messages.RemoveUser(colony_name=colony.name, name=colony.user_name), colony.owner)
        with pytest.raises(Refused) as refusal:
            await follower.events(1)
    assert refusal.value.status == 403


async def test_nothing_of_other_colonies(server: RunningServer, colony: ColonyKeys) -> None:
    other = server.new_colony()
    async with colony.client() as alice, other.client() as stranger, following(colony) as follower:
        await follower.begin()
        await stranger.submit(specification(other))
        process = await alice.submit(specification(colony))
        [event] = await follower.events(1)
    assert event.process_id == process.process_id


async def test_a_subscription_ends_with_its_time(colony: ColonyKeys) -> None:
    async with colony.client() as client, asyncio.timeout(_SOON):
        frames = [frame async for frame in client.events(timeout_seconds=1)]
    assert [frame.events for frame in frames] == [[]]


async def test_followers_take_no_process_from_executors(colony: ColonyKeys) -> None:
    async with (
        colony.client() as alice,
        colony.client(colony.executor) as worker,
        following(colony, colony.executor) as follower,
    ):
        await follower.begin()
        waiting = asyncio.create_task(worker.assign(_SOON))
        process = await alice.submit(specification(colony))
        assigned = await waiting
    assert assigned is not None
    assert assigned.process_id == process.process_id
