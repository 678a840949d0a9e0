"""How the feed hears of what happens, where the server tells."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from colonysdk import following, messages
from colonysdk.errors import Unreachable
from colonysdk.extensions import EVENTS
from colonysdk.following import Follower
from colonysdk.objects import ColonyEvent, ColonyEvents
from colonysdk.testing import example_colony
from colonysdk.testing.client import FakeClient
from colonytui.store.feed import Feed, Interest
from colonytui.store.store import Store
from tests.support.tui import StillClock

_EVENT = ColonyEvent(kind="process", process_id="p", state=1)


class TellingClient(FakeClient):
    """A client whose server tells what the test puts into a queue; None breaks the subscription."""

    announced = True

    def tell(self, *events: ColonyEvent, missed: bool = False) -> None:
        self.number += 1
        self.frames.put_nowait(ColonyEvents(cursor=f"c{self.number}", missed=missed, events=list(events)))

    def break_off(self) -> None:
        self.frames.put_nowait(None)

    def begin(self) -> None:
        self.number = 0
        self.frames: asyncio.Queue[ColonyEvents | None] = asyncio.Queue()
        self.cursors: list[str] = []

    async def offers(self, extension: str) -> bool:
        return self.announced and extension == EVENTS

    async def events(
        self, cursor: str = "", timeout_seconds: int = 3600, *, mine: bool = False
    ) -> AsyncGenerator[ColonyEvents, None]:
        self.cursors.append(cursor)
        while (frame := await self.frames.get()) is not None:
            yield frame
        raise Unreachable("the subscription broke")


@pytest.fixture
def client() -> TellingClient:
    colony = example_colony(StillClock())
    made = TellingClient(colony, colony.identity("alice"))
    made.begin()
    return made


@contextlib.asynccontextmanager
async def running(work: "asyncio.Task[None]") -> AsyncIterator[None]:
    try:
        yield
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


class TestFollower:
    async def test_events_and_gaps_are_heard(self, client: TellingClient) -> None:
        heard: asyncio.Queue[ColonyEvents] = asyncio.Queue()
        follower = Follower(lambda: client, heard.put_nowait)
        async with running(asyncio.create_task(follower.run())), asyncio.timeout(10):
            client.tell()
            first = await heard.get()
            assert follower.is_live
            client.tell(_EVENT)
            client.tell(missed=True)
            frames = [first, await heard.get(), await heard.get()]
        # What happened before the first frame is not told.
        assert [(frame.missed, len(frame.events)) for frame in frames] == [(True, 0), (False, 1), (True, 0)]
        assert not follower.is_live

    async def test_it_goes_on_where_it_stopped(self, client: TellingClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(following, "_SHORTEST_PAUSE_SECONDS", 0.0)
        heard: asyncio.Queue[ColonyEvents] = asyncio.Queue()
        lost = asyncio.Event()
        follower = Follower(lambda: client, heard.put_nowait, lost=lost.set)
        async with running(asyncio.create_task(follower.run())), asyncio.timeout(10):
            client.tell(_EVENT)
            await heard.get()
            client.break_off()
            await lost.wait()
            client.tell(_EVENT)
            assert not (await heard.get()).missed
        assert client.cursors == ["", "c1"]

    async def test_a_server_that_tells_nothing_is_left_in_peace(self, client: TellingClient) -> None:
        client.announced = False
        follower = Follower(lambda: client, lambda _frame: None)
        await asyncio.wait_for(follower.run(), 10)
        assert client.cursors == []


class TestFeed:
    async def test_news_ends_the_rest(self, client: TellingClient) -> None:
        store = Store(StillClock())
        feed = Feed(lambda: client, store, Interest, chance=lambda: 0.5)
        turns: asyncio.Queue[None] = asyncio.Queue()
        store.subscribe(lambda _change: turns.put_nowait(None))
        async with running(asyncio.create_task(feed.run())), asyncio.timeout(10):
            await turns.get()
            client.tell()
            await turns.get()
            before = asyncio.get_running_loop().time()
            client.tell(_EVENT)
            await turns.get()
            assert asyncio.get_running_loop().time() - before < 0.9

    async def test_much_news_does_not_make_many_turns(self, client: TellingClient) -> None:
        feed = Feed(lambda: client, Store(StillClock()), Interest, chance=lambda: 0.5)
        async with running(asyncio.create_task(feed.run())), asyncio.timeout(10):
            loop = asyncio.get_running_loop()
            until = loop.time() + 1.5
            while loop.time() < until:
                client.tell(_EVENT)
                await asyncio.sleep(0.01)
        asked = sum(isinstance(request, messages.GetColonyStatistics) for request in client.colony.requests)
        # Gaps of 50, 100, 200, 400 and 800 ms.
        assert 3 <= asked <= 9

    async def test_nothing_is_asked_while_paused(self, client: TellingClient) -> None:
        store = Store(StillClock())
        feed = Feed(lambda: client, store, Interest, chance=lambda: 0.5)
        turns = asyncio.Event()
        store.subscribe(lambda _change: turns.set())
        async with running(asyncio.create_task(feed.run())), asyncio.timeout(10):
            client.tell()
            await turns.wait()
            feed.set_paused(True)
            await asyncio.sleep(0.2)
            asked = len(client.colony.requests)
            client.tell(_EVENT)
            await asyncio.sleep(0.2)
            assert len(client.colony.requests) == asked
