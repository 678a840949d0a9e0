"""Going on with a filter on the server."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from colonysdk import messages
from colonysdk.errors import Unreachable
from colonysdk.messages import QueryProcesses
from colonysdk.objects import Process, ProcessPage, ProcessState
from colonysdk.testing import FakeColony, add_processes, example_colony
from colonysdk.testing.client import FakeClient
from colonytui.screens.processes import ProcessesView
from tests.support.tui import StillClock, app_of, fed, make_app, opened, pressed, refreshed, screen_text
from tests.support.tui_detail import let_search, notices, type_text


@pytest.fixture
def colony() -> FakeColony:
    return example_colony(StillClock())


def hidden(colony: FakeColony, *arguments: str) -> Process:
    """A failed process whose arguments only the server looks into."""
    spec = colony.specification("train_resnet", "gpu").model_copy(update={"args": list(arguments)})
    process = colony.submit(spec)
    colony.start(process.process_id, "gpu-1")
    return colony.fail(process.process_id, "out of memory")


def view_of(pilot: Pilot[int]) -> ProcessesView:
    return app_of(pilot).main.processes


def shown_ids(pilot: Pilot[int]) -> list[str]:
    return [process.process_id for process in view_of(pilot).table.rows]


async def search(pilot: Pilot[int], text: str) -> None:
    await pilot.press("slash")
    await type_text(pilot, text)
    await pressed(pilot, "enter")
    await pressed(pilot, "F")


async def test_finds_what_the_list_cannot(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = hidden(colony, "imagenet")
    asked = let_search(monkeypatch, colony)
    async with opened(colony) as pilot:
        await pressed(pilot, "e")
        await search(pilot, "imagenet")
        assert shown_ids(pilot) == [wanted.process_id]
        assert [int(ProcessState.FAILED)] == asked[0].states
        text = screen_text(app_of(pilot))
        assert "search, esc leaves  /imagenet" in text
        assert "1 found on the server, that is all" in text
        await pilot.press("escape")
        assert "Nothing listed matches 'imagenet'. F searches all" in screen_text(app_of(pilot))
        await pilot.press("escape")
        assert len(shown_ids(pilot)) > 1


async def test_pages_come_as_one_scrolls(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    add_processes(colony, 300, ProcessState.SUCCESS)
    asked = let_search(monkeypatch, colony, page_rows=60)
    async with opened(colony) as pilot:
        await pressed(pilot, "]", "]")
        await search(pilot, "func")
        assert len(asked) == 1
        seen = len(shown_ids(pilot))
        await pressed(pilot, "G")
        assert len(shown_ids(pilot)) == 2 * seen
        assert len(set(shown_ids(pilot))) == 2 * seen


async def test_another_tab_is_searched_too(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = hidden(colony, "imagenet")
    let_search(monkeypatch, colony)
    async with opened(colony) as pilot:
        await search(pilot, "imagenet")
        assert "The server has nothing with 'imagenet'" in screen_text(app_of(pilot))
        await pressed(pilot, "e")
        assert shown_ids(pilot) == [wanted.process_id]


async def test_another_filter_ends_it(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    let_search(monkeypatch, colony)
    async with opened(colony) as pilot:
        await search(pilot, "sweep")
        await pilot.press("slash", "x")
        assert "search, esc leaves" not in screen_text(app_of(pilot))


async def test_found_processes_are_followed(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    let_search(monkeypatch, colony)
    async with opened(colony) as pilot:
        await search(pilot, "sweep")
        process_id = shown_ids(pilot)[0]
        colony.cancel(process_id)
        await refreshed(pilot)
        assert view_of(pilot).table.rows[0].state is ProcessState.CANCELLED


async def test_removed_processes_leave(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden(colony, "imagenet")
    let_search(monkeypatch, colony)
    async with opened(colony) as pilot:
        await pressed(pilot, "e")
        await search(pilot, "imagenet")
        await pilot.press("D")
        await pilot.pause()
        await pressed(pilot, "y")
        assert shown_ids(pilot) == []


@pytest.mark.parametrize(
    ("text", "notice"),
    [("re:a", "Not searched: the server can search for words only"), ("", "Type what to look for first, with /.")],
)
async def test_what_cannot_be_searched_is_said(
    colony: FakeColony, monkeypatch: pytest.MonkeyPatch, text: str, notice: str
) -> None:
    let_search(monkeypatch, colony)
    async with opened(colony) as pilot:
        view_of(pilot).filter_bar.set_text(text)
        await pilot.pause()
        await pressed(pilot, "F")
        assert any(notice in said for said in notices(pilot))


async def test_a_server_without_search(colony: FakeColony) -> None:
    async with opened(colony) as pilot:
        await search(pilot, "sweep")
        assert "This server has no search; H loads further back." in notices(pilot)
        assert len(shown_ids(pilot)) == 1
        assert not any(isinstance(request, messages.QueryProcesses) for request in colony.requests)


async def test_an_error_can_be_tried_again(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    let_search(monkeypatch, colony)
    answer, failures = FakeClient.query, [Unreachable("connection refused")]

    async def once_gone(client: FakeClient, query: QueryProcesses) -> ProcessPage:
        if failures:
            raise failures.pop()
        return await answer(client, query)

    monkeypatch.setattr(FakeClient, "query", once_gone)
    async with opened(colony) as pilot:
        await search(pilot, "sweep")
        assert any("Could not search: " in said for said in notices(pilot))
        assert "Nothing found so far. F looks further." in screen_text(app_of(pilot))
        await pressed(pilot, "F")
        assert len(shown_ids(pilot)) == 1


async def test_history_is_not_loaded_into_a_search(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    let_search(monkeypatch, colony)
    async with opened(colony) as pilot:
        await search(pilot, "sweep")
        await pressed(pilot, "H")
        assert "A search finds processes however old; esc leaves it." in notices(pilot)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)], ids=str)
def test_look(
    snap_compare: Callable[..., bool], colony: FakeColony, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    hidden(colony, "imagenet")
    let_search(monkeypatch, colony)

    async def run(pilot: Pilot[int]) -> None:
        await fed(pilot)
        await pressed(pilot, "e")
        await search(pilot, "train")

    assert snap_compare(make_app(colony), terminal_size=size, run_before=run)
