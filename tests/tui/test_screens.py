"""How the screens look, in every state and size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from colonysdk import messages
from colonysdk.objects import ProcessState
from colonysdk.testing import FakeColony, add_processes, example_colony
from colonytui.ui_settings import UiSettings
from tests.support.tui import StillClock, actions_done, app_of, fed, make_app, refreshed, unanswered

SIZES = [(120, 36), (80, 24), (60, 20)]
Steps = Callable[[Pilot[int]], Awaitable[None]]
SnapCompare = Callable[..., bool]


def after(*keys: str, first: Steps = fed) -> Steps:
    """Wait for the first news, then press keys, with fresh data after each."""

    async def steps(pilot: Pilot[int]) -> None:
        await first(pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
            await refreshed(pilot)
        # Notices and cursors come and go by the real time.
        app_of(pilot).clear_notifications()
        for field in app_of(pilot).screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    return steps


async def on_executors(pilot: Pilot[int]) -> None:
    await fed(pilot)
    await pilot.press("4")
    await actions_done(pilot)
    await refreshed(pilot)


def normal() -> FakeColony:
    return example_colony(StillClock())


def empty() -> FakeColony:
    return FakeColony(clock=StillClock())


def offline() -> FakeColony:
    colony = normal()
    colony.offline = True
    return colony


def forbidden() -> FakeColony:
    colony = normal()
    refusal = "Access denied, not a member of Colony with name <dev>"
    colony.refuse(messages.GetColonyStatistics, 403, refusal, times=1000)
    return colony


def crowded() -> FakeColony:
    colony = normal()
    add_processes(colony, 1200)
    return colony


def long_texts() -> FakeColony:
    colony = FakeColony(clock=StillClock())
    colony.add_executor("an-executor-with-a-rather-long-name-indeed", "a-type-that-is-long-as-well")
    spec = colony.specification(
        "a_function_whose_name_goes_on_and_on_and_on", "a-type-that-is-long-as-well", label="/日本語/" + "x" * 60
    )
    process = colony.submit(spec)
    colony.start(process.process_id, "an-executor-with-a-rather-long-name-indeed")
    colony.fail(process.process_id, "an error\nof two lines \x1b[31mand a colour " + "and more " * 30)
    for _ in range(3):
        colony.submit(spec)
    return colony


STATES: dict[str, tuple[Callable[[], FakeColony], Steps]] = {
    "normal": (normal, fed),
    "empty": (empty, fed),
    "offline": (offline, after(first=unanswered)),
    "forbidden": (forbidden, after(first=unanswered)),
    "crowded": (crowded, fed),
    "long": (long_texts, after("e")),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_waiting(snap_compare: SnapCompare, state: str, size: tuple[int, int]) -> None:
    make, first = STATES[state]
    assert snap_compare(make_app(make()), terminal_size=size, run_before=first)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("tab", "keys"), [("running", "]"), ("failed", "e"), ("all", "[")])
def test_tabs(snap_compare: SnapCompare, tab: str, keys: str, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(normal()), terminal_size=size, run_before=after(*keys))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_executors(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(normal()), terminal_size=size, run_before=on_executors)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_executor_detail(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(normal()), terminal_size=size, run_before=after("j", "enter", first=on_executors))


LOOKS: dict[str, dict[str, Any]] = {
    "ascii": {"settings": UiSettings(ascii=True)},
    "light": {"settings": UiSettings(theme="colony-light")},
    "contrast": {"settings": UiSettings(theme="colony-contrast")},
    "readonly": {"read_only": True},
}


@pytest.mark.parametrize("look", LOOKS)
def test_looks(snap_compare: SnapCompare, look: str) -> None:
    app = make_app(normal(), **LOOKS[look])
    assert snap_compare(app, terminal_size=(100, 24), run_before=after("[", "space", "j"))


def test_monochrome(snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(normal()), terminal_size=(100, 24), run_before=after("[", "space", "j"))


DIALOGS: dict[str, tuple[str, ...]] = {
    "help": ("question_mark",),
    "cancel": ("c",),
    "cancel_many": ("ctrl+a", "c"),
    "copy": ("Y",),
    "save": ("ctrl+s",),
    "command": ("colon",),
    "filter": ("slash", "a", "g", "e", ">"),
    "sorted": ("greater_than_sign", "greater_than_sign", "O", "greater_than_sign", "o"),
    "wide": ("w", "right"),
    "zoom": ("z",),
    "paused": ("p",),
    "marked": ("space", "space", "v", "j"),
}


@pytest.mark.parametrize("dialog", DIALOGS)
def test_dialogs(snap_compare: SnapCompare, dialog: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert snap_compare(make_app(normal()), terminal_size=(100, 28), run_before=after(*DIALOGS[dialog]))


@pytest.mark.parametrize("size", [(60, 20), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("dialog", ["help", "cancel", "copy"])
def test_dialogs_in_narrow_terminals(snap_compare: SnapCompare, dialog: str, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(normal()), terminal_size=size, run_before=after(*DIALOGS[dialog]))


def test_removing_many(snap_compare: SnapCompare) -> None:
    colony = normal()
    add_processes(colony, 20, ProcessState.FAILED)
    assert snap_compare(make_app(colony), terminal_size=(100, 28), run_before=after("e", "ctrl+a", "D"))


def test_stale(snap_compare: SnapCompare) -> None:
    colony = normal()

    async def steps(pilot: Pilot[int]) -> None:
        await fed(pilot)
        colony.offline = True
        for _ in range(3):
            await refreshed(pilot)
        assert isinstance(colony.clock, StillClock)
        colony.clock.advance(3)
        app_of(pilot).screen.query_one("LiveHeader").refresh()
        app_of(pilot).main.processes._tick()
        await pilot.pause()

    assert snap_compare(make_app(colony), terminal_size=(120, 36), run_before=steps)
