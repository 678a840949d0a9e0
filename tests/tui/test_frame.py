"""What surrounds every screen: navigation, help, palette, command line, leaving, errors."""

import stat
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.content import Content

from colonysdk.errors import InvalidSettings, Unreachable
from colonysdk.testing import FakeColony, example_colony
from colonytui.app import ColonyApp
from colonytui.local.directory import DataDirectory
from colonytui.processes.names import short_id
from colonytui.screens.executor_detail import ExecutorDetailScreen
from colonytui.screens.executors import ExecutorsView
from colonytui.screens.help import HelpScreen
from colonytui.screens.leave_local import LeaveLocalScreen
from colonytui.screens.unexpected import UnexpectedScreen
from colonytui.ui_settings import UiSettings
from colonytui.widgets.header import LiveHeader
from colonytui.widgets.navigation import Navigation
from tests.support.tui import StillClock, actions_done, app_of, fed, make_app, opened, pressed, screen_text
from tests.tui.test_process_list import notices, shown_ids, type_text

SIZE = (120, 36)


@pytest.fixture
def colony() -> FakeColony:
    return example_colony(StillClock())


class TestNavigation:
    async def test_goes_by_number_and_back(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pressed(pilot, "4")
            assert app_of(pilot).main.place == "executors"
            await pressed(pilot, "minus")
            assert app_of(pilot).main.place == "processes"

    async def test_goes_by_click(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.click(Navigation, offset=(3, 2))
            await actions_done(pilot)
            assert app_of(pilot).main.place == "executors"

    async def test_leaves_the_screens_above(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pressed(pilot, "4")
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app_of(pilot).screen, ExecutorDetailScreen)
            await pressed(pilot, "2")
            assert app_of(pilot).screen is app_of(pilot).main
            assert app_of(pilot).main.place == "processes"

    @pytest.mark.parametrize(("width", "column"), [(120, True), (100, True), (99, False), (60, False)])
    async def test_is_a_column_only_where_there_is_room(self, colony: FakeColony, width: int, column: bool) -> None:
        async with opened(colony, size=(width, 24)) as pilot:
            assert (app_of(pilot).screen.query_one(Navigation).region.height > 1) is column

    async def test_zoom_gives_the_pane_its_width(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            before = app_of(pilot).main.processes.region.width
            await pilot.press("z")
            await pilot.pause()
            assert app_of(pilot).main.processes.region.width == 120 > before


class TestEscape:
    async def test_never_quits(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pressed(pilot, "escape", "escape", "escape")
            assert app_of(pilot).is_running
            assert app_of(pilot).return_code is None


class TestHelp:
    async def test_explains_the_keys_that_work_here(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("question_mark")
            await pilot.pause()
            text = screen_text(app_of(pilot))
            assert isinstance(app_of(pilot).screen, HelpScreen)
            assert "Say why it waits, what it is doing, or why it failed." in text
            assert "Retry is for finished processes" in text
            await pilot.press("escape")
            await pilot.pause()
            assert app_of(pilot).screen is app_of(pilot).main

    async def test_explains_the_filter_fields(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("question_mark")
            await pilot.pause()
            await pilot.press(*["j"] * 60)
            assert "the label, asked of the server" in screen_text(app_of(pilot))


class TestPalette:
    async def test_finds_an_action(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("ctrl+p")
            await type_text(pilot, "errors")
            await pilot.pause(0.3)
            await pilot.press("enter", "enter")
            await pilot.pause()
            assert "Failed" in str(app_of(pilot).main.processes.border_title)

    async def test_finds_a_process_by_the_beginning_of_its_id(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            process_id = shown_ids(pilot)[1]
            await pilot.press("ctrl+p")
            await type_text(pilot, process_id[:6])
            await pilot.pause(0.3)
            assert f"process {short_id(process_id)}" in screen_text(app_of(pilot))
            await pilot.press("escape")
            assert not isinstance(app_of(pilot).screen, CommandPalette)


class TestCommandLine:
    async def run(self, app: ColonyApp, command: str) -> str:
        async with app.run_test(size=SIZE) as pilot:
            await fed(pilot)
            await pilot.press("colon")
            await pilot.pause()
            await type_text(pilot, command)
            await pressed(pilot, "enter")
            return f"{type(app.screen).__name__} {app.main.place} {notices(app)} {screen_text(app)}"

    async def test_shows_a_tab_with_a_filter(self, colony: FakeColony) -> None:
        seen = await self.run(make_app(colony), "failed /evaluate")
        assert "Failed (2)  /evaluate" in seen

    async def test_opens_an_executor(self, colony: FakeColony) -> None:
        assert "ExecutorDetailScreen" in await self.run(make_app(colony), "exec gpu-1")

    async def test_says_when_there_is_no_such_thing(self, colony: FakeColony) -> None:
        assert "There is no executor 'gpu-9'" in await self.run(make_app(colony), "exec gpu-9")

    async def test_stays_open_with_the_reason(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("colon")
            await pilot.pause()
            await type_text(pilot, "explode")
            await pilot.press("enter")
            await pilot.pause()
            assert "no command 'explode'" in screen_text(app_of(pilot))
            await pilot.press("escape")

    async def test_completes(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("colon")
            await pilot.pause()
            await type_text(pilot, "exec gpu-2"[:7])
            await pilot.pause()
            await pressed(pilot, "tab", "enter")
            assert isinstance(app_of(pilot).screen, ExecutorDetailScreen)


class TestQuit:
    @pytest.mark.parametrize("key", ["q", "ctrl+q"])
    async def test_ends_with_zero(self, colony: FakeColony, key: str) -> None:
        app = make_app(colony)
        async with app.run_test(size=SIZE) as pilot:
            await fed(pilot)
            await pilot.press(key)
            await pilot.pause()
        assert app.return_code == 0

    async def test_q_leaves_a_screen_first(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pressed(pilot, "4")
            await pilot.press("enter")
            await pilot.pause()
            await pressed(pilot, "q")
            assert app_of(pilot).screen is app_of(pilot).main
            assert app_of(pilot).is_running

    @pytest.mark.parametrize(("key", "stops"), [("l", False), ("s", True)])
    async def test_asks_about_a_local_colony_with_work(
        self, colony: FakeColony, tmp_path: Path, key: str, stops: bool
    ) -> None:
        app = make_app(colony, local=_Local(DataDirectory(tmp_path)))
        async with app.run_test(size=SIZE) as pilot:
            await fed(pilot)
            await pilot.press("q")
            await pilot.pause()
            assert isinstance(app.screen, LeaveLocalScreen)
            assert "7 processes are not finished" in screen_text(app)
            await pilot.press(key)
            await pilot.pause()
        assert app.return_code == 0
        assert app.stops_local_colony is stops

    async def test_can_stay(self, colony: FakeColony, tmp_path: Path) -> None:
        async with opened(colony, local=_Local(DataDirectory(tmp_path))) as pilot:
            await pilot.press("q")
            await pilot.pause()
            await pressed(pilot, "escape")
            assert app_of(pilot).is_running
            assert app_of(pilot).screen is app_of(pilot).main


@dataclass
class _Local:
    directory: DataDirectory
    was_started: bool = True


class TestThemes:
    async def test_cycle(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            seen = []
            for _ in range(3):
                seen.append(app_of(pilot).theme)
                await pilot.press("f9")
            assert seen == ["colony-dark", "colony-light", "colony-contrast"]

    def test_an_unknown_one_is_refused_with_the_known_ones(self, colony: FakeColony) -> None:
        with pytest.raises(InvalidSettings, match="colony-contrast, colony-dark, colony-light"):
            make_app(colony, settings=UiSettings(theme="nope"))


class TestErrors:
    async def test_a_broken_action_is_shown_and_the_program_goes_on(
        self, colony: FakeColony, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

        def break_down() -> None:
            raise RuntimeError("secret is not in here")

        async with opened(colony) as pilot:
            monkeypatch.setattr(app_of(pilot).main.processes, "action_errors_only", break_down)
            await pilot.press("e")
            await pilot.pause()
            assert isinstance(app_of(pilot).screen, UnexpectedScreen)
            assert "RuntimeError" in screen_text(app_of(pilot))
            report = next(tmp_path.rglob("crash-*.txt"))
            assert "break_down" in report.read_text()
            assert stat.S_IMODE(report.stat().st_mode) == 0o600
            await pilot.press("escape")
            await pilot.pause()
            assert app_of(pilot).screen is app_of(pilot).main

    async def test_an_error_while_painting_ends_the_program_with_one_line(
        self, colony: FakeColony, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

        def break_down(_header: LiveHeader) -> Content:
            raise RuntimeError("the header broke")

        async def run(app: ColonyApp) -> None:
            async with app.run_test(size=SIZE) as pilot:
                await fed(pilot)
                monkeypatch.setattr(LiveHeader, "render", break_down)
                app.screen.query_one(LiveHeader).refresh()
                await pilot.pause()

        app = make_app(colony)
        with pytest.raises(RuntimeError, match="the header broke"):
            await run(app)
        assert app.return_code == 1
        assert "the header broke" in next(tmp_path.rglob("crash-*.txt")).read_text()

    async def test_the_same_notice_is_not_repeated(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            for _ in range(3):
                app_of(pilot).show_error("read it", Unreachable("gone"))
            await pilot.pause()
            assert notices(app_of(pilot)).count("Could not read it: gone") == 1

    async def test_markup_in_a_message_is_plain_text(self, colony: FakeColony) -> None:
        async with opened(colony, notifications=True) as pilot:
            app_of(pilot).warn("[bold]not [/nonsense] markup")
            await pilot.pause()
            assert "[bold]not [/nonsense] markup" in screen_text(app_of(pilot))


class TestExecutors:
    async def test_approves_without_asking(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pressed(pilot, "4")
            await pressed(pilot, "j", "j", "j", "a")
            assert colony.records.executors["gpu-2"].state.name == "APPROVED"

    async def test_rejecting_asks_first(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pressed(pilot, "4")
            await pilot.press("x")
            await pilot.pause()
            assert "Reject docker-1?" in screen_text(app_of(pilot))
            await pressed(pilot, "enter")
            assert colony.records.executors["docker-1"].state.name == "APPROVED"
            await pilot.press("x")
            await pilot.pause()
            await pressed(pilot, "y")
            assert colony.records.executors["docker-1"].state.name == "REJECTED"

    async def test_needs_the_owners_key(self, colony: FakeColony) -> None:
        async with opened(colony, with_owner_key=False) as pilot:
            await pressed(pilot, "4")
            await pilot.press("a")
            assert "Only the colony's owner may do this" in notices(app_of(pilot))

    async def test_pauses_the_colony_and_says_so(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pressed(pilot, "4")
            await pilot.press("P")
            await pilot.pause()
            await pressed(pilot, "y")
            await app_of(pilot).feed.turn()
            await pilot.pause()
            assert colony.paused
            assert "assignments paused" in screen_text(app_of(pilot))

    async def test_shows_only_those_that_do_not_work(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pressed(pilot, "4")
            await pilot.press("e")
            view = app_of(pilot).screen.query_one(ExecutorsView)
            assert [one.executor_name for one in view.table.rows] == ["docker-2", "gpu-2", "old-1"]
