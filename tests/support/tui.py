"""A terminal interface on a colony in memory, with the time standing still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from colonysdk.testing import FakeClock, FakeColony
from colonytui.app import ColonyApp
from colonytui.session import Session
from colonytui.store.store import Change
from colonytui.ui_settings import UiSettings

WAIT_SECONDS = 10.0


class StillClock(FakeClock):
    """A clock for colony and interface that only `advance` moves."""

    def monotonic(self) -> float:
        """Seconds that run with `now`."""
        return self.now().timestamp()


def make_app(
    colony: FakeColony,
    *,
    settings: UiSettings | None = None,
    with_owner_key: bool = True,
    user: str = "alice",
    **session: Any,
) -> ColonyApp:
    """Make the app of a user; `session` are further fields of its session."""
    clock = colony.clock
    assert isinstance(clock, StillClock)
    return ColonyApp(
        Session(
            url="http://colonies.example:443",
            identity=colony.identity(user),
            colony_name=colony.name,
            colony_owner=colony.owner if with_owner_key else None,
            **session,
        ),
        settings or UiSettings(animation=False),
        client=colony.client(user, with_owner_key=with_owner_key),
        clock=clock,
    )


@asynccontextmanager
async def opened(
    colony: FakeColony, *, size: tuple[int, int] = (120, 36), notifications: bool = False, **app: Any
) -> AsyncGenerator[Pilot[int], None]:
    """Open the app of a user, as `make_app` makes it, and wait until the first answers are painted."""
    async with make_app(colony, **app).run_test(size=size, notifications=notifications) as pilot:
        await fed(pilot)
        yield pilot


async def pressed(pilot: Pilot[int], *keys: str) -> None:
    """Press keys and wait until what they have begun has come to its end."""
    await pilot.press(*keys)
    await actions_done(pilot)


async def told(pilot: Pilot[int], known: Callable[[ColonyApp], bool]) -> None:
    """Wait until the store's news make a condition true, and its consequences are painted."""
    app = app_of(pilot)
    news = asyncio.Event()

    def listen(_change: Change) -> None:
        news.set()

    unsubscribe = app.store.subscribe(listen)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while not known(app):
                news.clear()
                await news.wait()
    finally:
        unsubscribe()
    await pilot.pause()


async def fed(pilot: Pilot[int]) -> None:
    """Wait until the first answers are painted."""
    await told(pilot, lambda app: app.store.snapshot.taken_at is not None)


async def unanswered(pilot: Pilot[int]) -> None:
    """Wait until the first attempt to ask has failed."""
    await told(pilot, lambda app: app.store.connection.failures > 0)


async def refreshed(pilot: Pilot[int]) -> None:
    """Take one turn of the feed now and wait until it is painted."""
    app = app_of(pilot)
    await app.feed.turn()
    await pilot.pause()


async def actions_done(pilot: Pilot[int]) -> None:
    """Wait until everything that was begun, apart from what goes on for as long as the app, has come to its end."""
    app = app_of(pilot)
    # An empty list would mean all workers, and some never end.
    while working := [worker for worker in app.workers if worker.group != "background" and not worker.is_finished]:
        await app.workers.wait_for_complete(working)
    await pilot.pause()


def app_of(pilot: Pilot[int]) -> ColonyApp:
    """The pilot's app."""
    app = pilot.app
    assert isinstance(app, ColonyApp)
    return app


def screen_text(app: ColonyApp) -> str:
    """What is on the screen, as plain text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)
