"""The terminal interface's feed on a real server: what happens is in the store at once."""

import asyncio
import contextlib
import time

from colonysdk.objects import ProcessState
from colonytui.store.clock import SystemClock
from colonytui.store.feed import Feed, Interest
from colonytui.store.process_list import ListQuery
from colonytui.store.store import Store
from tests.support.server import ColonyKeys
from tests.support.specifications import specification

_WAITING = ListQuery(ProcessState.WAITING)


async def test_a_submission_is_shown_long_before_the_next_poll(colony: ColonyKeys) -> None:
    async with colony.client() as client, colony.client() as other:
        store = Store(SystemClock())
        feed = Feed(lambda: client, store, lambda: Interest(frozenset({_WAITING})))
        changed = asyncio.Event()
        store.subscribe(lambda _change: changed.set())
        running = asyncio.create_task(feed.run())
        delays = []
        try:
            async with asyncio.timeout(30):
                while not feed.is_told:
                    await asyncio.sleep(0.02)
                for _ in range(3):
                    # What came before has been shown, and the feed rests.
                    await asyncio.sleep(0.5)
                    process = await other.submit(specification(colony))
                    submitted = time.monotonic()
                    while process.process_id not in store.processes(_WAITING).processes:
                        changed.clear()
                        await changed.wait()
                    delays.append(time.monotonic() - submitted)
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
    # A second would pass without being told; a busy machine may take its time.
    assert min(delays) < 0.3
