"""Explanations under the keys."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from colonysdk import messages
from colonysdk.objects import ExecutorState, Explanation, Process, ProcessState, Reason
from colonysdk.testing import FakeColony, example_colony
from colonysdk.testing.client import FakeClient
from colonytui.app import ColonyApp
from colonytui.screens.executor_detail import ExecutorDetailScreen
from colonytui.screens.explain import ExplainScreen
from colonytui.screens.process_detail import ProcessDetailScreen
from colonytui.widgets.finding_list import FindingList
from tests.support.tui import StillClock, app_of, fed, make_app, refreshed, screen_text
from tests.support.tui_detail import any_process, let_explain, notices, press_and_leave, until

SIZE = (100, 30)


@pytest.fixture
def colony() -> FakeColony:
    return example_colony(StillClock())


def sentences(pilot: Pilot[int]) -> list[str]:
    return [finding.sentence for finding in app_of(pilot).screen.query_one(FindingList).findings]


async def open_explanation(pilot: Pilot[int], process: Process) -> None:
    await fed(pilot)
    app_of(pilot).open_explain(process.process_id)
    await pilot.pause()
    await refreshed(pilot)


async def go_to(pilot: Pilot[int], sentence: str) -> None:
    for number, known in enumerate(sentences(pilot)):
        if known.startswith(sentence):
            await pilot.press("g", *["j"] * number)
            return
    pytest.fail(f"{sentence!r} is not among {sentences(pilot)}")


class TestWaiting:
    async def test_a_server_that_explains_is_asked(self, colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
        sentence = "cpu 2000m: no matching executor offers as much; the most is 500m of gpu-1, 3s ago"
        process = colony.submit(colony.specification(conditions={"cpu": "2000m"}))
        reasons = [Reason(condition="cpu", verdict="no", sentence=sentence)]
        let_explain(monkeypatch, Explanation(reasons=reasons, time=colony.clock.now()))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, process)
            await refreshed(pilot)
            assert sentence in sentences(pilot)
            assert sentences(pilot)[-1] == "checked by the server 0s ago"
            await press_and_leave(pilot, "escape")
            app_of(pilot).open_process(process.process_id)
            await pilot.pause()
            await refreshed(pilot)
            assert "cpu 2000m: no matching executor offers as much" in screen_text(app_of(pilot))

    async def test_is_explained_here_when_the_server_refuses_to(
        self, colony: FakeColony, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        let_explain(monkeypatch, Explanation())
        monkeypatch.delattr(FakeClient, "explain")
        colony.refuse(messages.ExplainProcess, 500, "out of order")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "train_big"))
            await refreshed(pilot)
            assert sentences(pilot)[-1] == "worked out here, from what the server lists"
            assert "live" in screen_text(app_of(pilot))

    async def test_only_what_waits_is_asked_about(self, colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = let_explain(monkeypatch, Explanation())
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.RUNNING, "train_resnet"))
            await refreshed(pilot)
            assert asked == []

    async def test_is_wrapped_at_its_width_from_the_first_picture(
        self, colony: FakeColony, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heights = []

        def note(app: ColonyApp, screen: Screen[Any], picture: Any) -> None:
            if isinstance(app.screen, ExplainScreen) and app.screen.query(FindingList):
                heights.append(app.screen.query_one(FindingList).size.height)
            super(ColonyApp, app)._display(screen, picture)

        async with make_app(colony).run_test(size=SIZE) as pilot:
            await fed(pilot)
            monkeypatch.setattr(ColonyApp, "_display", note)
            app_of(pilot).open_explain(any_process(colony, ProcessState.WAITING, "train_big").process_id)
            await pilot.pause()
            assert set(heights) == {len(sentences(pilot))}

    async def test_every_rule_is_shown(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "train_big"))
            shown = screen_text(app_of(pilot))
            assert "Why is train_big" in shown
            assert "✔ colony dev is accepting assignments" in shown
            assert "- approved: 1 of 2; gpu-2 is pending   [a] approve gpu-2" in shown
            assert "priority 5: 1st in line for gpu" in shown

    async def test_enter_goes_to_the_object_of_the_line(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "train_big"))
            await go_to(pilot, "alive")
            await press_and_leave(pilot, "enter")
            await until(pilot, lambda: isinstance(app_of(pilot).screen, ExecutorDetailScreen))

    async def test_a_line_about_nothing_says_so(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "train_big"))
            await pilot.press("enter")
            assert notices(pilot) == ["This line is about nothing that could be opened."]

    async def test_approve_from_here(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "train_big"))
            await pilot.press("a")
            await until(pilot, lambda: colony.records.executors["gpu-2"].state is ExecutorState.APPROVED)
            await refreshed(pilot)
            assert "approved: 2 of 2" in sentences(pilot)

    async def test_resume_from_here(self, colony: FakeColony) -> None:
        colony.paused = True
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "sweep"))
            assert "colony dev is paused: nothing is assigned" in sentences(pilot)
            await pilot.press("a")
            await until(pilot, lambda: not colony.paused)

    async def test_refusals_are_told(self, colony: FakeColony) -> None:
        colony.refuse(messages.ApproveExecutor, 403, "not the owner")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "train_big"))
            await pilot.press("a")
            await until(pilot, lambda: any("not the owner" in notice for notice in notices(pilot)))

    async def test_without_the_owners_key(self, colony: FakeColony) -> None:
        async with make_app(colony, with_owner_key=False).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "train_big"))
            await pilot.press("a")
            assert "its key is not at hand" in notices(pilot)[0]
            assert colony.records.executors["gpu-2"].state is ExecutorState.PENDING

    async def test_read_only_changes_nothing(self, colony: FakeColony) -> None:
        async with make_app(colony, read_only=True).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "train_big"))
            await pilot.press("a")
            assert notices(pilot) == ["This session is read-only."]

    async def test_parents_by_name_and_the_way_to_them(self, colony: FakeColony) -> None:
        parent = any_process(colony, ProcessState.RUNNING, "train_resnet")
        child = colony.submit(colony.specification("evaluate", "gpu"))
        child = colony.put(child.model_copy(update={"wait_for_parents": True, "parents": [parent.process_id]}))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, child)
            await refreshed(pilot)
            await go_to(pilot, "waits for parents: train_resnet (running)")
            await press_and_leave(pilot, "enter")
            await until(pilot, lambda: isinstance(app_of(pilot).screen, ProcessDetailScreen))


class TestOthers:
    async def test_failed_with_the_end_of_the_log(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.FAILED, "evaluate"))
            await until(pilot, lambda: "Traceback: model.pt has 0 bytes" in screen_text(app_of(pilot)))
            assert "✖ the program exited with code 3" in screen_text(app_of(pilot))

    async def test_an_unreadable_log_is_unknown(self, colony: FakeColony) -> None:
        colony.refuse(messages.GetLogs, 403, "no")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.FAILED, "evaluate"))
            assert "its log is not known" in sentences(pilot)

    async def test_follows_the_process(self, colony: FakeColony) -> None:
        process = any_process(colony, ProcessState.RUNNING, "train_resnet")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, process)
            assert "What is train_resnet" in screen_text(app_of(pilot))
            colony.fail(process.process_id, "out of coffee")
            await until(pilot, lambda: "out of coffee" in sentences(pilot))
            assert "Why did train_resnet" in screen_text(app_of(pilot))

    async def test_a_process_that_is_not_known(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await fed(pilot)
            app_of(pilot).open_explain("f" * 64)
            await pilot.pause()
            assert sentences(pilot) == ["this process is not known here; looking it up"]

    async def test_copied_as_text(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "sweep"))
            copied: list[str] = []
            app_of(pilot).copy = lambda text, what: copied.append(text)  # type: ignore[method-assign]
            await pilot.press("y")
            assert 'x no executor of type "slurm" is registered' in copied[0]

    @pytest.mark.parametrize("key", ["escape", "q", "i"])
    async def test_goes_away(self, colony: FakeColony, key: str) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "sweep"))
            await press_and_leave(pilot, key)
            assert not isinstance(app_of(pilot).screen, ExplainScreen)

    async def test_long_explanations_scroll_in_small_terminals(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=(60, 12)) as pilot:
            await open_explanation(pilot, any_process(colony, ProcessState.WAITING, "train_big"))
            await pilot.press("G")
            assert "wait deadline" in screen_text(app_of(pilot))
            await pilot.press("g")
            assert "accepting assignments" in screen_text(app_of(pilot))
