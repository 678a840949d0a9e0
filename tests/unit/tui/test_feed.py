"""How the store is kept fresh."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.objects import ProcessState
from colonysdk.testing import FakeColony, example_colony
from colonytui.store.connection import Link
from colonytui.store.feed import EXECUTORS_SECONDS, Feed, Interest
from colonytui.store.process_list import ListQuery
from colonytui.store.store import Change, Store
from tests.support.tui import StillClock

WAITING = ListQuery(ProcessState.WAITING)


class World:
    def __init__(self) -> None:
        self.clock = StillClock()
        self.colony: FakeColony = example_colony(self.clock)
        self.store = Store(self.clock)
        self.interest = Interest(frozenset({WAITING}), executors=True)
        client = self.colony.client()
        self.feed = Feed(lambda: client, self.store, lambda: self.interest, chance=lambda: 0.5)

    def asked(self, kind: type[messages.Message[Any]]) -> int:
        return sum(isinstance(request, kind) for request in self.colony.requests)


@pytest.fixture
def world() -> World:
    return World()


@contextlib.asynccontextmanager
async def running(feed: Feed) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(feed.run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def news(store: Store) -> None:
    heard = asyncio.Event()

    def listen(_change: Change) -> None:
        heard.set()

    unsubscribe = store.subscribe(listen)
    await asyncio.wait_for(heard.wait(), 10)
    unsubscribe()


class TestTurn:
    async def test_publishes_one_picture(self, world: World) -> None:
        changes: list[Change] = []
        world.store.subscribe(changes.append)
        await world.feed.turn()
        assert len(changes) == 1
        assert world.store.connection.link is Link.LIVE
        assert world.store.snapshot.count(ProcessState.WAITING) == 4
        assert len(world.store.processes(WAITING).ordered) == 4
        assert len(world.store.executors) == 5

    async def test_asks_only_for_what_is_shown(self, world: World) -> None:
        await world.feed.turn()
        states = {request.state for request in world.colony.requests if isinstance(request, messages.GetProcesses)}
        assert states == {int(ProcessState.WAITING)}

    async def test_asks_seldom_for_executors_that_are_not_shown(self, world: World) -> None:
        world.interest = Interest()
        await world.feed.turn()
        await world.feed.turn()
        assert world.asked(messages.GetExecutors) == 1
        world.clock.advance(EXECUTORS_SECONDS)
        await world.feed.turn()
        assert world.asked(messages.GetExecutors) == 2


class TestFailures:
    async def test_waits_longer_after_each_and_keeps_the_data(self, world: World) -> None:
        await world.feed.turn()
        world.colony.offline = True
        waits = []
        for _ in range(8):
            await world.feed.turn()
            waits.append(world.store.connection.retry_in(world.clock.monotonic()))
        assert waits == pytest.approx([1, 2, 4, 8, 16, 30, 30, 30])
        assert len(world.store.processes(WAITING).ordered) == 4
        world.colony.offline = False
        await world.feed.turn()
        assert world.store.connection.link is Link.LIVE

    async def test_a_refusal_names_its_reason(self, world: World) -> None:
        world.colony.refuse(messages.GetColonyStatistics, 403, "Access denied, not a member")
        await world.feed.turn()
        assert world.store.connection.link is Link.FORBIDDEN
        assert "not a member" in world.store.connection.reason

    async def test_thousands_of_failures_do_no_harm(self, world: World) -> None:
        world.colony.offline = True
        for _ in range(2000):
            await world.feed.turn()
        assert world.store.connection.failures == 2000


class TestRunning:
    async def test_refresh_gives_up_a_turn_that_hangs(self, world: World) -> None:
        hold = world.colony.hold(messages.GetColonyStatistics)
        async with running(world.feed):
            await asyncio.wait_for(hold.arrived.wait(), 10)
            hold.arrived.clear()
            world.feed.refresh()
            await asyncio.wait_for(hold.arrived.wait(), 10)
            hold.release()
            await news(world.store)
        assert world.asked(messages.GetColonyStatistics) == 2
        assert world.store.connection.link is Link.LIVE

    async def test_a_refresh_while_resting_starts_a_turn(self, world: World) -> None:
        async with running(world.feed):
            await news(world.store)
            world.feed.refresh()
            await news(world.store)
        assert world.asked(messages.GetColonyStatistics) >= 2

    async def test_nothing_is_asked_while_paused(self, world: World) -> None:
        async with running(world.feed):
            await news(world.store)
            world.feed.set_paused(True)
            asked = world.asked(messages.GetColonyStatistics)
            world.feed.set_focused(True)
            await asyncio.sleep(0)
            assert world.asked(messages.GetColonyStatistics) == asked
            world.feed.set_paused(False)
            await news(world.store)
            assert world.asked(messages.GetColonyStatistics) == asked + 1

    async def test_ends_when_it_is_cancelled_even_after_a_refresh(self, world: World) -> None:
        hold = world.colony.hold(messages.GetColonyStatistics)
        async with running(world.feed) as task:
            await asyncio.wait_for(hold.arrived.wait(), 10)
            world.feed.refresh()
            task.cancel()
            await asyncio.wait({task}, timeout=10)
            assert task.cancelled()


async def test_history_is_merged_into_the_list(world: World) -> None:
    await world.feed.turn()
    loaded = await world.feed.load_history(WAITING, timedelta(minutes=5))
    assert loaded == 3
    assert world.store.processes(WAITING).history == timedelta(minutes=5)
    assert len(world.store.processes(WAITING).ordered) == 4
