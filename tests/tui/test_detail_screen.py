"""One process under the keys."""

import json

import pytest
from textual.pilot import Pilot

from colonysdk import messages
from colonysdk.objects import Attribute, AttributeType, Process, ProcessState
from colonysdk.testing import FakeColony, example_colony
from colonytui.screens.executor_detail import ExecutorDetailScreen
from colonytui.screens.explain import ExplainScreen
from colonytui.screens.logs import LogScreen
from colonytui.screens.process_detail import ProcessDetailScreen
from colonytui.screens.submit import SubmitScreen
from colonytui.screens.text_popup import TextPopup
from colonytui.widgets.json_view import JsonView
from colonytui.widgets.log_pane import LogPane
from tests.support.tui import StillClock, app_of, fed, make_app, refreshed, screen_text
from tests.support.tui_detail import any_process, notices, press_and_leave, until

SIZE = (120, 36)


@pytest.fixture
def colony() -> FakeColony:
    return example_colony(StillClock())


def screen_of(pilot: Pilot[int]) -> ProcessDetailScreen:
    screen = app_of(pilot).screen
    assert isinstance(screen, ProcessDetailScreen)
    return screen


def title(pilot: Pilot[int]) -> str:
    return str(screen_of(pilot).query_one("#detail").border_title)


def text(pilot: Pilot[int]) -> str:
    return screen_text(app_of(pilot))


async def open_process(pilot: Pilot[int], process: Process, *siblings: Process) -> None:
    await fed(pilot)
    app_of(pilot).open_process(process.process_id, [sibling.process_id for sibling in siblings])
    await pilot.pause()
    await refreshed(pilot)


async def test_is_asked_for_as_soon_as_it_shows(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    process = any_process(colony, ProcessState.RUNNING, "train_resnet")
    async with make_app(colony).run_test(size=SIZE) as pilot:
        await fed(pilot)
        app, shown = app_of(pilot), set[str]()
        monkeypatch.setattr(app.feed, "refresh", lambda: shown.add(type(app.screen).__name__))
        app.open_process(process.process_id, [])
        await pilot.pause()
        assert "ProcessDetailScreen" in shown


class TestOverview:
    async def test_a_running_process(self, colony: FakeColony) -> None:
        process = any_process(colony, ProcessState.RUNNING, "train_resnet")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, process)
            assert "◐ RUNNING 2m14s of 10m00s  train_resnet" in text(pilot)
            shown = text(pilot)
            assert "gpu-1 (gpu)" in shown
            assert "0 of 3   priority 0" in shown
            assert "22%" in shown
            assert "12:48:53" in shown
            await until(pilot, lambda: "epoch 8/30" in text(pilot))

    async def test_a_waiting_process_says_why(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.WAITING, "sweep"))
            assert 'no executor of type "slurm"' in text(pilot)

    async def test_a_failed_process_shows_its_error(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.FAILED, "evaluate"))
            assert "FAILED 9s" in title(pilot)
            assert "the program exited with code 3" in text(pilot)

    async def test_what_is_unknown_to_the_server(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await fed(pilot)
            app_of(pilot).open_process("f" * 64)
            await pilot.pause()
            colony.advance(1)
            await refreshed(pilot)
            assert "The server does not know this process." in text(pilot)

    async def test_a_removed_record_stays_on_the_screen(self, colony: FakeColony) -> None:
        process = any_process(colony, ProcessState.FAILED)
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, process)
            colony.records.remove(process.process_id)
            await refreshed(pilot)
            assert "FAILED" in title(pilot)
            assert "its record was removed" in text(pilot)

    async def test_news_arrive_by_themselves(self, colony: FakeColony) -> None:
        process = any_process(colony, ProcessState.RUNNING, "train_resnet")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, process)
            colony.close(process.process_id, ["done"])
            await until(pilot, lambda: "SUCCESSFUL" in title(pilot))
            assert "output     done" in text(pilot)

    async def test_an_unreachable_server_leaves_what_is_shown(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING))
            colony.offline = True
            await refreshed(pilot)
            assert "RUNNING" in title(pilot)
            assert "stale" in text(pilot)


class TestTabs:
    async def test_go_around(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING, "train_resnet"))
            tabs = []
            for _ in range(7):
                tabs.append(screen_of(pilot).tab)
                await pilot.press("]")
            assert tabs == ["overview", "spec", "conditions", "output", "attributes", "logs", "overview"]
            await pilot.press("[", "[")
            assert screen_of(pilot).tab == "logs"

    async def test_specification_as_a_tree_and_as_text(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING, "train_resnet"))
            await pilot.press("]")
            assert "▾ kwargs {1}" in text(pilot)
            assert "epochs 30" in text(pilot)
            await pilot.press("j", "j", "j", "enter")
            assert "▸ kwargs {1}" in text(pilot)
            assert "epochs 30" not in text(pilot)
            await pilot.press("f2")
            assert '"epochs": 30' in text(pilot)

    async def test_branches(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING, "train_resnet"))
            await pilot.press("]", "a")
            view = screen_of(pilot).query_one("#spec", JsonView)
            closed = view.virtual_size.height
            await pilot.press("a")
            assert view.virtual_size.height > closed
            await pilot.press("j", "j", "j", "j", "left")
            assert view.cursor == 3
            await pilot.press("left", "right", "G", "g")
            assert view.cursor == 0

    async def test_a_long_value_opens_in_a_popup(self, colony: FakeColony) -> None:
        process = colony.submit(colony.specification("x", kwargs={"story": "word " * 200 + "END"}))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, process)
            await pilot.press("]", *["j"] * 4, "enter")
            assert isinstance(app_of(pilot).screen, TextPopup)
            assert "END" in text(pilot)
            await press_and_leave(pilot, "escape")

    async def test_secrets_are_masked_until_asked_for(self, colony: FakeColony) -> None:
        process = colony.submit(colony.specification("x", env={"API_TOKEN": "hunter2", "MODE": "fast"}))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, process)
            await pilot.press("]", "G")
            assert "hunter2" not in text(pilot)
            assert 'MODE "fast"' in text(pilot)
            await pilot.press("f2")
            assert "hunter2" not in screen_of(pilot).query_one("#spec", JsonView).text
            await pilot.press("f2", "u", "G")
            assert 'API_TOKEN "hunter2"' in text(pilot)

    async def test_secret_attributes_are_masked_too(self, colony: FakeColony) -> None:
        process = any_process(colony, ProcessState.RUNNING)
        secret = Attribute(attribute_type=AttributeType.ENV, key="DB_PASSWORD", value="hunter2")
        plain = Attribute(attribute_type=AttributeType.OUT, key="NODES", value="n1")
        process = colony.put(process.model_copy(update={"attributes": [secret, plain]}))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, process)
            await pilot.press("]", "]", "]", "]")
            assert "hunter2" not in text(pilot)
            assert 'NODES "n1"' in text(pilot)

    async def test_output_and_errors(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.FAILED, "evaluate"))
            await pilot.press("]", "]", "]")
            assert '0 "the program exited with code 3"' in text(pilot)

    async def test_nothing_put_out_is_said(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING))
            await pilot.press("]", "]", "]")
            assert "No output and no errors so far." in text(pilot)

    async def test_find_goes_to_the_log(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING, "train_resnet"))
            await pilot.press("slash", "8", "slash")
            await until(pilot, lambda: "1 of 8 lines" in text(pilot))
            assert screen_of(pilot).tab == "logs"


class TestLayout:
    @pytest.mark.parametrize(
        ("size", "tab_presses", "shows_log"),
        [
            ((120, 36), 0, True),
            ((120, 36), 1, True),
            ((80, 24), 0, True),
            ((80, 24), 1, False),
            ((60, 20), 0, False),
            ((60, 20), 5, True),
        ],
    )
    async def test_the_log_takes_the_room_there_is(
        self, colony: FakeColony, size: tuple[int, int], tab_presses: int, shows_log: bool
    ) -> None:
        async with make_app(colony).run_test(size=size) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING, "train_resnet"))
            await pilot.press(*["]"] * tab_presses)
            assert (screen_of(pilot).query_one(LogPane).size.height > 0) is shows_log

    async def test_zoom(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING, "train_resnet"))
            log = screen_of(pilot).query_one(LogPane)
            await pilot.press("z")
            assert not log.display
            await pilot.press("z", "tab", "z")
            assert log.display
            assert not screen_of(pilot).query_one("#detail").display
            await pilot.press("z")
            assert screen_of(pilot).query_one("#detail").display


class TestMovingOn:
    async def test_through_the_list_behind(self, colony: FakeColony) -> None:
        first, second, third = list(colony.records.processes(ProcessState.RUNNING).values())[:3]
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, first, first, second, third)
            await pilot.press("right_curly_bracket")
            assert second.spec.func_name in title(pilot)
            await pilot.press("left_curly_bracket", "left_curly_bracket")
            assert third.spec.func_name in title(pilot)
            assert screen_of(pilot).query_one(LogPane).process_id == third.process_id

    async def test_alone_there_is_nothing_to_step_to(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING))
            await pilot.press("right_curly_bracket")
            assert notices(pilot) == ["There is no other process in the list behind."]

    async def test_to_the_executor(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING, "train_resnet"))
            await pilot.press("x")
            await until(pilot, lambda: isinstance(app_of(pilot).screen, ExecutorDetailScreen))

    async def test_not_to_an_executor_that_it_has_not(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.WAITING))
            await pilot.press("x")
            assert notices(pilot) == ["No executor has it."]

    @pytest.mark.parametrize(("key", "screen"), [("l", LogScreen), ("i", ExplainScreen), ("S", SubmitScreen)])
    async def test_to_log_explanation_and_form(self, colony: FakeColony, key: str, screen: type) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, any_process(colony, ProcessState.RUNNING, "train_resnet"))
            await pilot.press(key)
            assert isinstance(app_of(pilot).screen, screen)

    async def test_retry_submits_the_same_again(self, colony: FakeColony) -> None:
        process = any_process(colony, ProcessState.FAILED, "evaluate")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_process(pilot, process)
            await pilot.press("r")
            await until(pilot, lambda: any(isinstance(one, messages.SubmitFunctionSpec) for one in colony.requests))
            [request] = [one for one in colony.requests if isinstance(one, messages.SubmitFunctionSpec)]
            assert json.loads(request.spec.to_json()) == json.loads(process.spec.to_json())
