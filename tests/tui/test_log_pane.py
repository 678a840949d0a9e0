"""A log under the keys."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from colonysdk import messages
from colonysdk.objects import Process
from colonysdk.testing import FakeColony
from colonytui.logs.text import plain
from colonytui.screens.logs import LogScreen
from colonytui.widgets.find_bar import FindInput
from colonytui.widgets.log_gutter import Times
from colonytui.widgets.log_pane import LogPane
from colonytui.widgets.log_view import LogView
from tests.support.tui import StillClock, app_of, fed, make_app, screen_text
from tests.support.tui_detail import notices, press_and_leave, type_text, until

SIZE = (100, 20)
ROWS = 15


@pytest.fixture
def colony() -> FakeColony:
    colony = FakeColony(clock=StillClock())
    colony.add_executor("docker-1")
    return colony


@pytest.fixture
def process(colony: FakeColony) -> Process:
    return colony.start(colony.submit().process_id, "docker-1")


def pane_of(pilot: Pilot[int]) -> LogPane:
    return app_of(pilot).screen.query_one(LogPane)


def view_of(pilot: Pilot[int]) -> LogView:
    return pane_of(pilot).view


def on_screen(pilot: Pilot[int]) -> list[str]:
    return [plain(line.raw) for line in view_of(pilot).lines_on_screen()]


def title(pilot: Pilot[int]) -> str:
    return str(pane_of(pilot).border_title)


def subtitle(pilot: Pilot[int]) -> str:
    return str(pane_of(pilot).border_subtitle)


async def open_log(pilot: Pilot[int], process: Process, lines: int) -> None:
    await fed(pilot)
    app_of(pilot).open_logs(process.process_id)
    await pilot.pause()
    await until(pilot, lambda: len(view_of(pilot).buffer) >= lines)


class TestFollowing:
    async def test_the_end_is_shown_and_new_lines_appear(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, *(f"line {number}" for number in range(100)))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            assert on_screen(pilot)[-1] == "line 99"
            colony.log(process.process_id, "fresh")
            await until(pilot, lambda: on_screen(pilot)[-1] == "fresh")
            assert "follow" in title(pilot)

    async def test_going_up_stays_there_and_counts_what_comes(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, *(f"line {number}" for number in range(100)))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("k", "k")
            before = on_screen(pilot)
            colony.log(process.process_id, "one", "two")
            await until(pilot, lambda: "2 new lines (G)" in subtitle(pilot))
            assert on_screen(pilot) == before
            assert "paused" in title(pilot)
            await pilot.press("G")
            assert on_screen(pilot)[-1] == "two"
            assert subtitle(pilot) == ""

    async def test_the_place_is_kept_when_the_oldest_lines_are_dropped(
        self, colony: FakeColony, process: Process
    ) -> None:
        colony.log(process.process_id, *(f"line {number}" for number in range(100)))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            view_of(pilot).buffer.most_lines = 100
            await pilot.press("k")
            before = on_screen(pilot)
            colony.log(process.process_id, *(f"line {number}" for number in range(100, 120)))
            await until(pilot, lambda: view_of(pilot).buffer.first == 20)
            assert on_screen(pilot) == before

    async def test_f_switches(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 0)
            await pilot.press("f")
            assert not view_of(pilot).follow
            await pilot.press("f")
            assert view_of(pilot).follow

    async def test_ends_with_the_process(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "bye")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 1)
            colony.close(process.process_id)
            await until(pilot, lambda: "complete" in title(pilot))

    async def test_pages_and_ends(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, *(f"line {number}" for number in range(100)))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("g")
            assert on_screen(pilot)[0] == "line 0"
            await pilot.press("pagedown")
            assert on_screen(pilot)[0] == f"line {view_of(pilot).size.height}"
            await pilot.press("ctrl+u", "ctrl+d", "j", "k")
            assert on_screen(pilot)[0] == f"line {view_of(pilot).size.height}"


class TestEmpty:
    async def test_says_what_to_expect(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 0)
            await until(pilot, lambda: "Nothing logged so far" in screen_text(app_of(pilot)))
            colony.close(process.process_id)
            await until(pilot, lambda: "Nothing was logged." in screen_text(app_of(pilot)))

    async def test_refusal_is_told(self, colony: FakeColony, process: Process) -> None:
        colony.refuse(messages.GetLogs, 403, "not a member")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 0)
            await until(pilot, lambda: "the log cannot be read: not a member" in screen_text(app_of(pilot)))

    async def test_lines_stay_while_the_server_is_away(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "before")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 1)
            colony.offline = True
            await until(pilot, lambda: "stale, retry in 1s" in subtitle(pilot))
            assert on_screen(pilot) == ["before"]
            colony.offline = False
            colony.log(process.process_id, "after")
            await until(pilot, lambda: on_screen(pilot) == ["before", "after"])
            assert subtitle(pilot) == ""


class TestFinding:
    @pytest.fixture(autouse=True)
    def _lines(self, colony: FakeColony, process: Process) -> None:
        colony.log(
            process.process_id, *(f"line {number} {'Error' if number % 10 == 0 else 'ok'}" for number in range(100))
        )

    async def test_next_and_previous(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("slash")
            await type_text(pilot, "error")
            assert "/error/ · 10 of 100 lines" in title(pilot)
            await pilot.press("enter", "g", "n")
            view = view_of(pilot)
            assert view.current == 0
            await pilot.press("n")
            assert view.current == 10
            assert "/error/ · 2/10 of 100 lines" in title(pilot)
            await pilot.press("N", "N")
            assert view.current == 90
            assert not view.follow
            assert "▶" in screen_text(app_of(pilot))

    async def test_only_matching_lines(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("slash")
            await type_text(pilot, "error")
            await pilot.press("tab")
            assert len(on_screen(pilot)) == 10
            assert "only matches" in title(pilot)
            colony.log(process.process_id, "nothing", "another error")
            await until(pilot, lambda: on_screen(pilot)[-1] == "another error")
            await pilot.press("tab")
            assert "nothing" in on_screen(pilot)

    async def test_the_line_at_the_top_stays_when_the_filter_goes(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("g", "slash")
            await type_text(pilot, "ok")
            await pilot.press("tab", "enter", *["j"] * 9)
            top = on_screen(pilot)[0]
            await pilot.press("escape")
            assert on_screen(pilot)[0] == top
            assert view_of(pilot).index is None

    async def test_the_line_at_the_top_stays_when_the_filter_comes(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("g", *["j"] * 40, "slash")
            await type_text(pilot, "ok")
            await pilot.press("tab")
            assert on_screen(pilot)[0] == "line 41 ok"

    async def test_inverted(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("slash")
            await type_text(pilot, "!ok")
            assert "/!ok/ · 10 of 100 lines" in title(pilot)

    async def test_case_and_regular_expressions(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("slash")
            await type_text(pilot, "error$")
            assert "0 of 100" in title(pilot)
            await pilot.press("alt+r")
            assert "10 of 100" in title(pilot)
            await pilot.press("alt+c")
            assert "0 of 100" in title(pilot)

    async def test_a_broken_expression_keeps_the_last_result(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=(140, 20)) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("slash", "alt+r")
            await type_text(pilot, "error(")
            assert "not a regular expression" in screen_text(app_of(pilot))
            assert "/error/ · 10 of 100" in title(pilot)

    async def test_escape_closes_then_forgets_then_leaves(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("slash", "o", "k")
            assert isinstance(pilot.app.focused, FindInput)
            await pilot.press("enter")
            assert view_of(pilot).index is not None
            await pilot.press("escape")
            assert view_of(pilot).index is None
            await press_and_leave(pilot, "escape")
            assert app_of(pilot).screen is app_of(pilot).main

    async def test_nothing_to_go_to(self, colony: FakeColony, process: Process) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 100)
            await pilot.press("n")
            await pilot.press("slash", "z", "z", "enter", "n")
            assert notices(pilot) == ["Nothing to find yet: / opens the find bar.", "No line matches."]


class TestView:
    async def test_wrapped_lines(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "x" * 150 + "END", "short")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 2)
            assert "END" not in screen_text(app_of(pilot))
            await pilot.press("w")
            assert "END" in screen_text(app_of(pilot))
            assert view_of(pilot).virtual_size.height == 3

    async def test_wide_characters_are_never_torn(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "界" * 60)
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 1)
            await pilot.press("w")
            assert screen_text(app_of(pilot)).count("界") == 60

    async def test_sideways(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "START" + "x" * 150 + "END")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 1)
            await pilot.press("dollar_sign")
            assert "END" in screen_text(app_of(pilot))
            await pilot.press("h")
            assert "END" not in screen_text(app_of(pilot))
            await pilot.press("0")
            assert "START" in screen_text(app_of(pilot))
            await pilot.press("l")
            assert "START" not in screen_text(app_of(pilot))

    async def test_times_and_numbers(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "hello")
        colony.advance(65)
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 1)
            assert "12:41:07 hello" in screen_text(app_of(pilot))
            await pilot.press("t", "t")
            assert view_of(pilot).times is Times.AGE
            assert " 1m05s hello" in screen_text(app_of(pilot))
            await pilot.press("t", "number_sign")
            assert "   1 hello" in screen_text(app_of(pilot))

    async def test_only_the_last_minutes(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "old")
        colony.advance(120)
        colony.log(process.process_id, "new")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 2)
            await pilot.press("T")
            assert "1 1m  2 5m" in subtitle(pilot)
            await pilot.press("1")
            assert on_screen(pilot) == ["new"]
            await pilot.press("T", "6")
            assert on_screen(pilot) == ["old", "new"]

    async def test_any_other_key_gives_up_choosing(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "a")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 1)
            await pilot.press("T", "w", "1")
            assert view_of(pilot).wrap
            assert view_of(pilot).since is None

    async def test_marker(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "before")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 1)
            await pilot.press("m")
            assert on_screen(pilot) == ["before", "──── marker 12:41:07 UTC ────"]

    async def test_colours_are_kept_and_control_characters_are_not(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "\x1b[31mred\x1b[0m \x1b[2J\x07end")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 1)
            assert "red ␇end" in screen_text(app_of(pilot))
            segments = [segment for segment in view_of(pilot).render_line(0) if segment.text == "red"]
            assert segments[0].style is not None
            assert segments[0].style.color is not None
            assert segments[0].style.color.name == "color(1)"

    async def test_a_gap_is_loaded_by_enter(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, *(f"line {number}" for number in range(22_000)))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 20_000)
            await until(pilot, lambda: len(view_of(pilot).buffer) > 20_400)
            [gap] = view_of(pilot).buffer.gaps()
            number = view_of(pilot).buffer.find_gap(gap)
            assert number is not None
            view_of(pilot).go_to_row(number - 3)
            await pilot.pause()
            assert "gap: lines between" in screen_text(app_of(pilot))
            before = on_screen(pilot)[0]
            await pilot.press("enter")
            await until(pilot, lambda: not view_of(pilot).buffer.gaps())
            assert len(view_of(pilot).buffer) == 22_000
            assert on_screen(pilot)[0] == before


class TestTaking:
    async def test_copy_what_is_on_the_screen(self, colony: FakeColony, process: Process) -> None:
        colony.log(process.process_id, "\x1b[31mone\x1b[0m", "two")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 2)
            copied: list[tuple[str, str]] = []
            app_of(pilot).copy = lambda text, what: copied.append((text, what))  # type: ignore[method-assign]
            await pilot.press("y")
            assert copied == [("one\ntwo", "2 lines")]

    @pytest.mark.parametrize(("keys", "saved"), [(["enter"], 1), (["tab", "tab", "enter"], 3)])
    async def test_save_shown_or_all(
        self, colony: FakeColony, process: Process, tmp_path: Path, keys: list[str], saved: int
    ) -> None:
        colony.log(process.process_id, "one", "two", "three")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 3)
            await pilot.press("slash", "t", "w", "o", "tab", "enter", "ctrl+s")
            path = tmp_path / "saved.log"
            pilot.app.screen.query_one("Input").value = str(path)  # type: ignore[attr-defined]
            for key in keys[:-1]:
                await pilot.press(key)
            await press_and_leave(pilot, keys[-1])
            await until(pilot, path.exists)
            assert len(path.read_text().splitlines()) == saved
            assert "2026-03-02T12:41:07.000+00:00 two" in path.read_text()

    async def test_an_existing_file_is_kept(self, colony: FakeColony, process: Process, tmp_path: Path) -> None:
        path = tmp_path / "precious.log"
        path.write_text("precious")
        colony.log(process.process_id, "one")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_log(pilot, process, 1)
            await pilot.press("ctrl+s")
            pilot.app.screen.query_one("Input").value = str(path)  # type: ignore[attr-defined]
            await press_and_leave(pilot, "enter")
            await until(pilot, lambda: any("exists already" in notice for notice in notices(pilot)))
            assert path.read_text() == "precious"


class TestExecutorLog:
    async def test_is_shown_by_name(self, colony: FakeColony) -> None:
        client = colony.client("docker-1")
        await client.add_executor_log("docker-1", "pulling image")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await fed(pilot)
            app_of(pilot).open_executor_log("docker-1")
            await pilot.pause()
            await until(pilot, lambda: on_screen(pilot) == ["pulling image"])
            assert "Log of docker-1" in title(pilot)

    async def test_opens_from_the_executors(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await fed(pilot)
            await pilot.press("4")
            await pilot.press("l")
            await until(pilot, lambda: isinstance(app_of(pilot).screen, LogScreen))
