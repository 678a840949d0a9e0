"""What tests of the screens about single processes share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from colonysdk.extensions import EXPLAIN, PROCESS_QUERY
from colonysdk.messages import QueryProcesses
from colonysdk.objects import Explanation, Process, ProcessPage, ProcessState
from colonysdk.testing import FakeColony
from colonysdk.testing.client import FakeClient
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


def let_explain(monkeypatch: pytest.MonkeyPatch, explanation: Explanation) -> list[str]:
    """Let fake servers explain, and return the list that the ids they are asked about are added to."""
    asked: list[str] = []

    async def offers(_client: FakeClient, extension: str) -> bool:
        return extension == EXPLAIN

    async def explain(_client: FakeClient, process_id: str) -> Explanation:
        asked.append(process_id)
        return explanation.model_copy(update={"process_id": process_id})

    monkeypatch.setattr(FakeClient, "offers", offers)
    monkeypatch.setattr(FakeClient, "explain", explain)
    return asked


def let_search(monkeypatch: pytest.MonkeyPatch, colony: FakeColony, *, page_rows: int = 100) -> list[QueryProcesses]:
    """Let a fake colony search for texts, and return the list that the queries it gets are added to."""
    asked: list[QueryProcesses] = []

    async def offers(_client: FakeClient, extension: str) -> bool:
        return extension == PROCESS_QUERY

    async def query(_client: FakeClient, query: QueryProcesses) -> ProcessPage:
        asked.append(query)
        listed = [one for state in query.states for one in colony.records.processes(ProcessState(state)).values()]
        matching = [one for one in listed if query.text in json.dumps(one.spec.to_wire())]
        begin = int(query.cursor or 0)
        end = begin + page_rows
        cursor = str(end) if end < len(matching) else ""
        return ProcessPage(processes=matching[begin:end], cursor=cursor, total=len(matching))

    monkeypatch.setattr(FakeClient, "offers", offers)
    monkeypatch.setattr(FakeClient, "query", query)
    return asked


def notices(pilot: Pilot[int]) -> list[str]:
    """What was said in passing, oldest first."""
    return [notification.message for notification in app_of(pilot)._notifications]


def any_process(colony: FakeColony, state: ProcessState, function: str = "") -> Process:
    """One process in a state, the first with that function."""
    processes = colony.records.processes(state).values()
    return next(process for process in processes if function in ("", process.spec.func_name))
