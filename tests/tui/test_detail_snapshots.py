"""How logs, process detail, explanations and the submit form look; look at every changed picture."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from colonysdk.objects import Attribute, AttributeType, Candidate, Explanation, ProcessState, Reason
from colonysdk.testing import FakeColony, example_colony
from colonytui.ui_settings import UiSettings
from colonytui.widgets.log_pane import LogPane
from tests.support.tui import StillClock, app_of, fed, make_app, refreshed, screen_text
from tests.support.tui_detail import any_process, let_explain, type_text, until

SIZES = [(120, 36), (80, 24), (60, 20)]
COLOURFUL = (
    "plain, then \x1b[1;31mred\x1b[0m and \x1b[30;42m on green \x1b[0m",
    "\x1b]0;title\x07no title, no \x1b[2J clearing, bell \x07",
    "progress 10 %\rprogress 100 %",
    "tab\tstop, wide 界界, combining e\u0301",
    "long " + "0123456789" * 20,
)

SERIES = {
    "seconds": [0.5, *(2.5 + 2 * number for number in range(63))],
    "cpu": [min(4000, 150 * number) for number in range(50)] + [600] * 14,
    "memory": [200 + 90.5 * number for number in range(60)] + [5600] * 4,
    "read": [40_000 if number % 9 < 3 else 0 for number in range(64)],
    "written": [0] * 40 + [12] * 24,
}
EXPLANATION = Explanation(
    time=StillClock().now(),
    reasons=[
        Reason(
            condition="memory",
            verdict="no",
            sentence="memory 8 GiB: no matching executor offers as much; the most is 4 GiB of gpu-1, 3s ago",
            executor_name="gpu-1",
        ),
        Reason(condition="alive", verdict="ok", sentence="alive: gpu-1 heard 3s ago", executor_name="gpu-1"),
        Reason(condition="line", verdict="note", sentence="priority 5: 1st in line for gpu"),
    ],
    executors=[
        Candidate(
            executor_name="gpu-1",
            asking=True,
            offer_time=StillClock().now(),
            available_cpu="4000m",
            available_mem="4Gi",
            running=1,
        )
    ],
)

Run = Callable[[Pilot[int]], Awaitable[None]]


@pytest.fixture
def colony() -> FakeColony:
    return example_colony(StillClock())


def opened(kind: str, colony: FakeColony, state: ProcessState, function: str, *keys: str) -> Run:
    """Open something about a process, press keys and wait until all is there."""

    async def run(pilot: Pilot[int]) -> None:
        await fed(pilot)
        process_id = any_process(colony, state, function).process_id
        getattr(app_of(pilot), f"open_{kind}")(process_id)
        await pilot.pause()
        await refreshed(pilot)
        for pane in app_of(pilot).screen.query(LogPane):
            await until(pilot, lambda pane=pane: "Reading" not in pane.view.empty_text)  # type: ignore[misc]
        without_blinking(pilot)
        await pilot.press(*keys)

    return run


def used(colony: FakeColony) -> None:
    """Let the running process have told what it uses."""
    process = any_process(colony, ProcessState.RUNNING, "train_resnet")
    conditions = process.spec.conditions.model_copy(update={"cpu": "4000m", "mem": "8Gi"})
    attribute = Attribute(key="usage", value=json.dumps(SERIES), attribute_type=AttributeType.OUT)
    spec = process.spec.model_copy(update={"conditions": conditions})
    colony.put(process.model_copy(update={"spec": spec, "attributes": [attribute]}))


@pytest.mark.parametrize("size", SIZES, ids=str)
class TestSizes:
    @pytest.mark.parametrize("tab", range(6))
    def test_detail(
        self, snap_compare: Callable[..., bool], colony: FakeColony, size: tuple[int, int], tab: int
    ) -> None:
        run = opened("process", colony, ProcessState.RUNNING, "train_resnet", *["]"] * tab)
        assert snap_compare(make_app(colony), terminal_size=size, run_before=run)

    def test_usage(self, snap_compare: Callable[..., bool], colony: FakeColony, size: tuple[int, int]) -> None:
        used(colony)
        run = opened("process", colony, ProcessState.RUNNING, "train_resnet")
        assert snap_compare(make_app(colony), terminal_size=size, run_before=run)

    def test_explain_by_the_server(
        self,
        snap_compare: Callable[..., bool],
        colony: FakeColony,
        monkeypatch: pytest.MonkeyPatch,
        size: tuple[int, int],
    ) -> None:
        let_explain(monkeypatch, EXPLANATION)
        run = opened("explain", colony, ProcessState.WAITING, "train_big")
        assert snap_compare(make_app(colony), terminal_size=size, run_before=run)

    def test_explain_waiting(
        self, snap_compare: Callable[..., bool], colony: FakeColony, size: tuple[int, int]
    ) -> None:
        run = opened("explain", colony, ProcessState.WAITING, "train_big", "j", "j", "j")
        assert snap_compare(make_app(colony), terminal_size=size, run_before=run)

    def test_explain_failed(self, snap_compare: Callable[..., bool], colony: FakeColony, size: tuple[int, int]) -> None:
        async def run(pilot: Pilot[int]) -> None:
            await opened("explain", colony, ProcessState.FAILED, "evaluate")(pilot)
            await until(pilot, lambda: "the end of its log" in screen_text(app_of(pilot)))

        assert snap_compare(make_app(colony), terminal_size=size, run_before=run)

    def test_log(self, snap_compare: Callable[..., bool], colony: FakeColony, size: tuple[int, int]) -> None:
        process = any_process(colony, ProcessState.RUNNING, "train_resnet")
        colony.log(process.process_id, *COLOURFUL)
        run = opened("logs", colony, ProcessState.RUNNING, "train_resnet")
        assert snap_compare(make_app(colony), terminal_size=size, run_before=run)

    def test_submit(self, snap_compare: Callable[..., bool], colony: FakeColony, size: tuple[int, int]) -> None:
        assert snap_compare(make_app(colony), terminal_size=size, run_before=form_shown)

    def test_submit_with_problems(
        self, snap_compare: Callable[..., bool], colony: FakeColony, size: tuple[int, int]
    ) -> None:
        async def run(pilot: Pilot[int]) -> None:
            await form_shown(pilot)
            await pilot.press("tab", "x")
            await pilot.press(*["tab"] * 11, "G", "B", "x")
            await until(pilot, lambda: "error" in screen_text(app_of(pilot)))

        assert snap_compare(make_app(colony), terminal_size=size, run_before=run)


async def form_shown(pilot: Pilot[int]) -> None:
    await fed(pilot)
    app_of(pilot).open_submit()
    await pilot.pause()
    await until(pilot, lambda: "executors match" in screen_text(app_of(pilot)))
    without_blinking(pilot)


def without_blinking(pilot: Pilot[int]) -> None:
    """Keep cursors still, so that every picture shows them."""
    for entry in pilot.app.screen.query(Input):
        entry.cursor_blink = False
    for editor in pilot.app.screen.query(TextArea):
        editor.cursor_blink = False


class TestStates:
    def test_find_in_log(self, snap_compare: Callable[..., bool], colony: FakeColony) -> None:
        async def run(pilot: Pilot[int]) -> None:
            await opened("logs", colony, ProcessState.RUNNING, "train_resnet", "number_sign", "slash")(pilot)
            await type_text(pilot, "loss 0.6")

        assert snap_compare(make_app(colony), terminal_size=(100, 20), run_before=run)

    def test_only_matching_lines(self, snap_compare: Callable[..., bool], colony: FakeColony) -> None:
        async def run(pilot: Pilot[int]) -> None:
            await opened("logs", colony, ProcessState.RUNNING, "train_resnet", "slash")(pilot)
            await type_text(pilot, "loss 0.6")
            await pilot.press("tab", "enter", "n", "t", "t")

        assert snap_compare(make_app(colony), terminal_size=(100, 20), run_before=run)

    def test_wrapped_log(self, snap_compare: Callable[..., bool], colony: FakeColony) -> None:
        process = any_process(colony, ProcessState.RUNNING, "train_resnet")
        colony.log(process.process_id, *COLOURFUL)
        run = opened("logs", colony, ProcessState.RUNNING, "train_resnet", "w", "m")
        assert snap_compare(make_app(colony), terminal_size=(80, 24), run_before=run)

    def test_empty_log(self, snap_compare: Callable[..., bool], colony: FakeColony) -> None:
        run = opened("logs", colony, ProcessState.WAITING, "sweep")
        assert snap_compare(make_app(colony), terminal_size=(80, 24), run_before=run)

    def test_save_dialog(self, snap_compare: Callable[..., bool], colony: FakeColony) -> None:
        async def run(pilot: Pilot[int]) -> None:
            await opened("logs", colony, ProcessState.RUNNING, "train_resnet", "slash")(pilot)
            await type_text(pilot, "8")
            await pilot.press("tab", "enter", "ctrl+s")
            without_blinking(pilot)
            # The directory is another one on every machine.
            pilot.app.screen.query_one(".sentence").display = False

        assert snap_compare(make_app(colony), terminal_size=(80, 24), run_before=run)

    def test_offline(self, snap_compare: Callable[..., bool], colony: FakeColony) -> None:
        async def run(pilot: Pilot[int]) -> None:
            await opened("process", colony, ProcessState.RUNNING, "train_resnet")(pilot)
            colony.offline = True
            pane = app_of(pilot).screen.query_one(LogPane)
            await until(pilot, lambda: "retry in 1s" in str(pane.border_subtitle))
            # Its next try would change the picture.
            pane.workers.cancel_group(pane, "log-tail")
            # The feed's pauses are random, so the turn is taken now and the next one put off.
            app_of(pilot).feed.set_paused(True)
            await pilot.pause()

        assert snap_compare(make_app(colony), terminal_size=(120, 36), run_before=run)

    def test_templates(self, snap_compare: Callable[..., bool], colony: FakeColony) -> None:
        async def run(pilot: Pilot[int]) -> None:
            await form_shown(pilot)
            await pilot.press("f5", "j")

        assert snap_compare(make_app(colony), terminal_size=(80, 24), run_before=run)

    def test_submitted(self, snap_compare: Callable[..., bool], colony: FakeColony) -> None:
        async def run(pilot: Pilot[int]) -> None:
            await form_shown(pilot)
            await pilot.press("ctrl+j")
            await until(pilot, lambda: "enter opens it" in screen_text(app_of(pilot)))
            app_of(pilot).clear_notifications()

        assert snap_compare(make_app(colony), terminal_size=(80, 24), run_before=run)

    @pytest.mark.parametrize("theme", ["colony-light", "colony-contrast"])
    @pytest.mark.parametrize("kind", ["process", "explain"])
    def test_themes(self, snap_compare: Callable[..., bool], colony: FakeColony, kind: str, theme: str) -> None:
        app = make_app(colony, settings=UiSettings(theme=theme, animation=False))
        run = opened(kind, colony, ProcessState.FAILED, "evaluate")
        assert snap_compare(app, terminal_size=(100, 30), run_before=run)

    def test_usage_in_ascii(self, snap_compare: Callable[..., bool], colony: FakeColony) -> None:
        used(colony)
        app = make_app(colony, settings=UiSettings(ascii=True, animation=False))
        run = opened("process", colony, ProcessState.RUNNING, "train_resnet")
        assert snap_compare(app, terminal_size=(80, 24), run_before=run)

    @pytest.mark.parametrize("kind", ["process", "explain", "logs"])
    def test_ascii(self, snap_compare: Callable[..., bool], colony: FakeColony, kind: str) -> None:
        app = make_app(colony, settings=UiSettings(ascii=True, animation=False))
        run = opened(kind, colony, ProcessState.WAITING, "train_big")
        assert snap_compare(app, terminal_size=(80, 24), run_before=run)
