"""Workflows that are refused: in the words of the wire, with the place of the mistake, and with nothing left behind."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from colonysdk.objects import WorkflowSpec
from colonyserver.errors import Invalid
from colonyserver.services import workflows_graph
from tests.support.core import COLONY, USER_ID, Core
from tests.support.workflows import node

_INVALID = "Failed to submit workflow, invalid dependencies, "


@pytest.fixture
async def core(core: Core) -> AsyncIterator[Core]:
    yield core
    for table in ("workflow", "workflow_members", "hold", "process", "attribute", "queue", "counter"):
        assert await core.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert core.changes == []


async def refusal(core: Core, *functions: Any) -> Invalid:
    spec = WorkflowSpec(colony_name=COLONY, function_specs=[*functions])
    with pytest.raises(Invalid) as refused:
        await core.lifecycle.workflows.submit(spec, initiator_id=USER_ID, initiator_name="alice")
    return refused.value


@pytest.mark.parametrize(
    ("functions", "words"),
    [
        (
            [node("a"), node("")],
            "Nodename is missing, check function spec for errors: $.functionspecs[1].nodename: is missing",
        ),
        (
            [node("a"), node("b"), node("a")],
            'Duplicate nodename: a: $.functionspecs[2].nodename: "a" is the name of another node, '
            "see $.functionspecs[0].nodename",
        ),
        (
            [node("a"), node("b", ["a", "x"])],
            f"{_INVALID}are you depending on a nodename that does not exits?: "
            '$.functionspecs[1].conditions.dependencies[1]: no node is named "x"',
        ),
        (
            [node("r"), node("a", ["r", "b"]), node("b", ["a"])],
            f"{_INVALID}they form a cycle: $.functionspecs[1].conditions.dependencies: a → b → a",
        ),
        (
            [node("a", ["a"])],
            f"{_INVALID}they form a cycle: $.functionspecs[0].conditions.dependencies: a → a",
        ),
        (
            [node("late", ["b"]), node("a", ["c"]), node("b", ["a"]), node("c", ["b"])],
            f"{_INVALID}they form a cycle: $.functionspecs[1].conditions.dependencies: a → c → b → a",
        ),
    ],
)
async def test_graphs(core: Core, functions: list[Any], words: str) -> None:
    error = await refusal(core, *functions)
    assert (error.status, error.message) == (500, words)


async def test_long_cycles_are_told_in_short(core: Core) -> None:
    error = await refusal(core, *(node(f"n{index}", [f"n{(index + 1) % 50}"]) for index in range(50)))
    assert error.message.endswith(" → n9 → … (40 more) → n0")


async def test_an_empty_workflow(core: Core) -> None:
    assert "$.functionspecs is empty" in (await refusal(core)).message


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"priority": 50_001}, "priority"), ({"cpu": "much"}, "cpu"), ({"mem": "much"}, "memory")],
)
async def test_members_are_checked_as_single_processes_are(core: Core, fields: dict[str, Any], reason: str) -> None:
    error = await refusal(core, node("a"), node("b", "a", **fields))
    assert error.status == 400
    assert reason in error.message
    assert error.message.endswith("see $.functionspecs[1]")


async def test_sizes(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    assert workflows_graph.MAX_MEMBERS == 10_000
    monkeypatch.setattr(workflows_graph, "MAX_MEMBERS", 3)
    error = await refusal(core, *map(node, "abcd"))
    assert "$.functionspecs has 4 function specifications; at most 3 make a workflow" in error.message
    monkeypatch.setattr(workflows_graph, "_MAX_DEPENDENCIES", 2)
    error = await refusal(core, node("a"), node("b", "a"), node("c", "ab"))
    assert "more than 2 dependencies" in error.message
    error = await refusal(core, node("a"), node("n" * 256))
    assert "$.functionspecs[1].nodename is longer than 255 characters" in error.message


async def test_a_colony_that_is_gone(core: Core) -> None:
    spec = WorkflowSpec(colony_name="gone", function_specs=[node("a")])
    with pytest.raises(Exception, match="Colony with name <gone> does not exists"):
        await core.lifecycle.workflows.submit(spec, initiator_id=USER_ID, initiator_name="alice")
