"""What tests of the screens about single processes share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.pilot import Pilot

from colonysdk.objects import Process, ProcessState
from colonysdk.testing import FakeColony
from tests.support.tui import WAIT_SECONDS, app_of


async def until(pilot: Pilot[int], is_true: Callable[[], bool]) -> None:
    """Wait until something has become true and is painted."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not is_true():
            await pilot.pause(0.005)
    await pilot.pause()


async def press_and_leave(pilot: Pilot[int], key: str) -> None:
    """Press a key that closes the screen; a pilot's own `press` would wait for the closed screen's widgets."""
    screen = pilot.app.screen
    pilot.app.simulate_key(key)
    await until(pilot, lambda: pilot.app.screen is not screen)


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Type into whatever has the focus."""
    names = {
        " ": "space",
        "/": "slash",
        ".": "full_stop",
        "-": "minus",
        "!": "exclamation_mark",
        "(": "left_parenthesis",
    }
    await pilot.press(*[names.get(character, character) for character in text])


def notices(pilot: Pilot[int]) -> list[str]:
    """What was said in passing, oldest first."""
    return [notification.message for notification in app_of(pilot)._notifications]


def any_process(colony: FakeColony, state: ProcessState, function: str = "") -> Process:
    """One process in a state, the first with that function."""
    processes = colony.records.processes(state).values()
    return next(process for process in processes if function in ("", process.spec.func_name))
