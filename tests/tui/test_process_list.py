"""The process list under the keys."""

from datetime import timedelta

import pytest
from textual import events
from textual.pilot import Pilot

from colonysdk import messages
from colonysdk.objects import Process, ProcessState
from colonysdk.testing import FakeColony, add_processes, example_colony
from colonytui.app import ColonyApp
from colonytui.processes.names import short_id
from colonytui.screens.bulk import BulkScreen
from colonytui.screens.confirm import ConfirmScreen
from colonytui.screens.explain import ExplainScreen
from colonytui.widgets.line_table import LineTable
from tests.support.tui import StillClock, app_of, make_app, opened, pressed, refreshed, screen_text, told
from tests.support.tui_detail import until

SIZE = (120, 36)


@pytest.fixture
def colony() -> FakeColony:
    return example_colony(StillClock())


def table_of(pilot: Pilot[int]) -> LineTable[Process]:
    return app_of(pilot).screen.query_one(LineTable)


def shown_ids(pilot: Pilot[int]) -> list[str]:
    return [process.process_id for process in table_of(pilot).rows]


def states(colony: FakeColony) -> dict[str, ProcessState]:
    return {process_id: state for state in ProcessState for process_id in colony.records.processes(state)}


def notices(app: ColonyApp) -> str:
    return "\n".join(notification.message for notification in app._notifications)


async def type_text(pilot: Pilot[int], text: str) -> None:
    for character in text:
        await pilot.press({" ": "space"}.get(character, character))


async def bulk_done(pilot: Pilot[int]) -> None:
    app = app_of(pilot)
    while working := [worker for worker in app.workers if worker.node is app.screen and not worker.is_finished]:
        await app.workers.wait_for_complete(working)
    await pilot.pause()


class TestTabs:
    async def test_go_around(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            titles = []
            for _ in range(6):
                titles.append(str(app_of(pilot).main.processes.border_title))
                await pilot.press("right_square_bracket")
                await refreshed(pilot)
            assert titles == [
                "Processes › Waiting (4)",
                "Processes › Running (3)",
                "Processes › Successful (8)",
                "Processes › Failed (2)",
                "Processes › Cancelled (1)",
                "Processes › All (18)",
            ]
            assert len(shown_ids(pilot)) == 4

    async def test_numbers_agree_in_header_tabs_and_rows(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            colony.submit()
            await refreshed(pilot)
            text = screen_text(app_of(pilot))
            assert "W 5 " in text
            assert "Waiting 5 " in text
            assert "Waiting (5)" in text
            assert len(shown_ids(pilot)) == 5

    async def test_each_tab_keeps_its_order_and_cursor(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("j", "j", "greater_than_sign", "o")
            cursor = table_of(pilot).cursor_row
            order = table_of(pilot).content.order
            await pilot.press("]")
            await refreshed(pilot)
            assert table_of(pilot).content.order != order
            await pilot.press("[")
            await refreshed(pilot)
            assert table_of(pilot).content.order == order
            assert table_of(pilot).cursor_row == cursor

    async def test_errors_only_and_back(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("e")
            await refreshed(pilot)
            assert {states(colony)[one] for one in shown_ids(pilot)} == {ProcessState.FAILED}
            await pilot.press("e")
            await refreshed(pilot)
            assert {states(colony)[one] for one in shown_ids(pilot)} == {ProcessState.WAITING}


class TestRefresh:
    async def test_cursor_marks_and_scroll_stay_on_their_processes(self, colony: FakeColony) -> None:
        add_processes(colony, 90)
        async with opened(colony) as pilot:
            await pilot.press(*["ctrl+d"] * 3, "space", "space")
            table = table_of(pilot)
            cursor, marks, before = table.cursor_row, set(table.content.marks), screen_text(app_of(pilot)).splitlines()
            line = next(number for number, text in enumerate(before) if cursor and short_id(cursor.process_id) in text)
            for first in shown_ids(pilot)[:3]:
                colony.cancel(first)
            await refreshed(pilot)
            assert table.cursor_row == cursor
            assert table.content.marks == marks
            after = screen_text(app_of(pilot)).splitlines()
            assert cursor is not None
            assert short_id(cursor.process_id) in after[line]

    async def test_cursor_moves_to_the_neighbour_when_its_process_leaves(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            ids = shown_ids(pilot)
            await pilot.press("j")
            colony.cancel(ids[1])
            await refreshed(pilot)
            cursor = table_of(pilot).cursor_row
            assert cursor is not None
            assert cursor.process_id == ids[2]

    async def test_paused_says_so(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("p")
            await pilot.pause()
            assert "PAUSED" in screen_text(app_of(pilot))
            await pilot.press("p")
            await pilot.pause()
            assert "PAUSED" not in screen_text(app_of(pilot))


class TestOffline:
    async def test_rows_stay_with_their_age_and_everything_resumes(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            ids = shown_ids(pilot)
            colony.offline = True
            await refreshed(pilot)
            assert isinstance(colony.clock, StillClock)
            colony.clock.advance(0.5)
            await pilot.press("j")
            text = screen_text(app_of(pilot))
            assert shown_ids(pilot) == ids
            assert "stale" in text
            assert "retry in" in text
            colony.offline = False
            await refreshed(pilot)
            assert "live" in screen_text(app_of(pilot))
            assert "The server answers again." in notices(app_of(pilot))

    async def test_starts_without_a_server(self, colony: FakeColony) -> None:
        colony.offline = True
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await told(pilot, lambda app: app.store.connection.failures > 0)
            text = screen_text(app_of(pilot))
            assert "no answer yet" in text
            assert "No answer from http://colonies.example:443" in text


class TestFilter:
    async def test_keys_typed_ahead_of_it_reach_the_rows(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            app = app_of(pilot)
            await pilot.press("slash", "t", "r", "a", "i", "n")
            for key in (events.Key("enter", "\r"), events.Key("i", "i")):
                app.post_message(key)
            await until(pilot, lambda: isinstance(app.screen, ExplainScreen))
            assert app.main.processes.filter_bar.text == "train"

    async def test_narrows_the_rows_and_says_how_far(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("slash")
            await type_text(pilot, "sweep")
            await pilot.press("enter")
            assert len(shown_ids(pilot)) == 1
            assert "/sweep" in str(app_of(pilot).main.processes.border_title)
            assert "1 of 4" in str(app_of(pilot).main.processes.border_subtitle)
            await pilot.press("escape")
            assert len(shown_ids(pilot)) == 4

    async def test_finds_the_command_that_a_row_shows(self, colony: FakeColony) -> None:
        kwargs = {"docker-image": "busybox", "cmd": "sh", "args": ["-c", "make world"]}
        process = colony.submit(colony.specification("execute").model_copy(update={"kwargs": kwargs}))
        async with opened(colony) as pilot:
            await pilot.press("slash")
            await type_text(pilot, "world")
            await pilot.press("enter")
            assert shown_ids(pilot) == [process.process_id]

    async def test_an_invalid_filter_keeps_the_last_good_rows(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("slash")
            await type_text(pilot, "sweep !")
            await pilot.pause()
            assert len(shown_ids(pilot)) == 1
            assert "! needs something to negate" in screen_text(app_of(pilot))

    async def test_type_is_asked_of_the_server(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("slash")
            await type_text(pilot, "type:gpu")
            await pilot.press("enter")
            await refreshed(pilot)
            asked = [one for one in colony.requests if isinstance(one, messages.GetProcesses) and one.executor_type]
            assert {one.executor_type for one in asked} == {"gpu"}
            assert "1 of those the server has for gpu" in str(app_of(pilot).main.processes.border_subtitle)

    async def test_survives_going_elsewhere(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("slash")
            await type_text(pilot, "sweep")
            await pressed(pilot, "enter", "4")
            await pressed(pilot, "2")
            assert len(shown_ids(pilot)) == 1


class TestWindow:
    async def test_says_how_many_are_not_shown_and_loads_history(self, colony: FakeColony) -> None:
        add_processes(colony, 1200)
        async with opened(colony) as pilot:
            assert "100 of 1,204 shown, next to run first (H for more)" in screen_text(app_of(pilot))
            await pressed(pilot, "H")
            assert len(shown_ids(pilot)) == 1204
            assert app_of(pilot).main.processes.interest().queries
            assert "1,204 of 1,204, next to run first, last hour loaded" in screen_text(app_of(pilot))
            await refreshed(pilot)
            assert len(shown_ids(pilot)) == 1204

    async def test_history_goes_round_to_off(self, colony: FakeColony) -> None:
        add_processes(colony, 200)
        async with opened(colony) as pilot:
            for _ in range(4):
                await pressed(pilot, "H")
            await refreshed(pilot)
            assert len(shown_ids(pilot)) == 100


class TestActions:
    async def test_cancel_asks_with_no_in_focus(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            target = shown_ids(pilot)[0]
            await pilot.press("c")
            await pilot.pause()
            assert isinstance(app_of(pilot).screen, ConfirmScreen)
            assert short_id(target) in screen_text(app_of(pilot))
            await pressed(pilot, "enter")
            assert states(colony)[target] is ProcessState.WAITING

    @pytest.mark.parametrize("key", ["c", "escape", "n", "D"])
    async def test_no_other_key_confirms(self, colony: FakeColony, key: str) -> None:
        async with opened(colony) as pilot:
            target = shown_ids(pilot)[0]
            await pilot.press("c")
            await pilot.pause()
            await pilot.press(key)
            await pilot.pause()
            assert states(colony)[target] is ProcessState.WAITING

    async def test_cancel_cancels_what_was_under_the_cursor_when_asked(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            target = shown_ids(pilot)[0]
            await pilot.press("c")
            await pilot.pause()
            urgent = colony.submit(colony.specification(priority=9))
            await refreshed(pilot)
            await pressed(pilot, "y")
            assert states(colony)[target] is ProcessState.CANCELLED
            assert states(colony)[urgent.process_id] is ProcessState.WAITING

    async def test_retry_shows_both_ids(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            known = set(states(colony))
            await pilot.press("e")
            await refreshed(pilot)
            old = shown_ids(pilot)[0]
            await pressed(pilot, "r")
            new = (set(states(colony)) - known).pop()
            assert colony.process(new).spec.func_name == colony.process(old).spec.func_name
            assert short_id(old) in notices(app_of(pilot))
            assert short_id(new) in notices(app_of(pilot))

    async def test_an_action_that_does_not_fit_says_why(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("r")
            assert "Retry is for finished processes; this one is waiting." in notices(app_of(pilot))

    async def test_a_refusal_of_the_server_is_shown(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            colony.refuse(messages.CancelProcess, 400, "Tried to cancel successful process")
            await pilot.press("c")
            await pilot.pause()
            await pressed(pilot, "y")
            assert "Tried to cancel successful process" in notices(app_of(pilot))

    async def test_removing_many_needs_their_number(self, colony: FakeColony) -> None:
        add_processes(colony, 20, ProcessState.FAILED)
        async with opened(colony) as pilot:
            await pilot.press("e")
            await refreshed(pilot)
            await pilot.press("ctrl+a", "D")
            await pilot.pause()
            assert "Type 22" in screen_text(app_of(pilot))
            await pilot.press("y", "enter", "2", "1", "enter")
            assert isinstance(app_of(pilot).screen, ConfirmScreen)
            await pilot.press("2", "2", "enter")
            await told(pilot, lambda app: len(app.store.snapshot.lists) > 0)
            assert isinstance(app_of(pilot).screen, BulkScreen)

    async def test_bulk_results_can_be_tried_again(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            colony.refuse(messages.CancelProcess, 500, "database is locked", times=2)
            await pilot.press("ctrl+a", "c")
            await pilot.pause()
            await pilot.press("y")
            await told(pilot, lambda app: isinstance(app.screen, BulkScreen))
            await bulk_done(pilot)
            assert "cancel 4/4, 2 failed" in screen_text(app_of(pilot))
            assert "database is locked" in screen_text(app_of(pilot))
            await pilot.press("r")
            await bulk_done(pilot)
            await pressed(pilot, "escape")
            cancelled = [one for one in states(colony).values() if one is ProcessState.CANCELLED]
            assert len(cancelled) == 5


class TestReadOnly:
    async def test_hides_and_refuses_every_change(self, colony: FakeColony) -> None:
        async with opened(colony, read_only=True) as pilot:
            text = screen_text(app_of(pilot))
            assert "read-only" in text
            assert "c Cancel" not in text
            assert "s Submit" not in text
            await pilot.press("c", "s")
            await pilot.pause()
            assert app_of(pilot).screen is app_of(pilot).main
            assert "This session is read-only." in notices(app_of(pilot))


class TestMarks:
    async def test_range_marks_while_moving(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pilot.press("v", "j", "j", "v", "j")
            assert [one.process_id for one in table_of(pilot).content.marked] == shown_ids(pilot)[:3]
            assert "3 marked" in screen_text(app_of(pilot))
            await pilot.press("escape")
            assert table_of(pilot).content.marked == []

    async def test_copying_takes_the_marked_ids(self, colony: FakeColony) -> None:
        async with opened(colony) as pilot:
            await pressed(pilot, "space", "space", "y")
            assert app_of(pilot).clipboard.splitlines() == shown_ids(pilot)[:2]


async def test_exact_times_on_demand(colony: FakeColony) -> None:
    async with opened(colony) as pilot:
        await pilot.press("t")
        await pilot.pause()
        assert "03-02 12:36:55" in screen_text(app_of(pilot))
        await pilot.press("t")
        await pilot.pause()
        assert "4m12s" in screen_text(app_of(pilot))


async def test_ages_tick_with_the_clock(colony: FakeColony) -> None:
    async with opened(colony) as pilot:
        assert "4m12s" in screen_text(app_of(pilot))
        assert isinstance(colony.clock, StillClock)
        colony.clock.advance(timedelta(seconds=3).total_seconds())
        app_of(pilot).main.processes._tick()
        await pilot.pause()
        assert "4m15s" in screen_text(app_of(pilot))
