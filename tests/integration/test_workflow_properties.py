"""Any graph, run by simple executors that fail now and then, ends with every member final and the right state."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colonysdk.objects import Process, ProcessState
from colonyserver.errors import NothingAvailable
from tests.support.core import Core, caller, open_core
from tests.support.workflows import Flow, assert_consistent

_EXECUTORS = ("one", "two", "three")
_MOST_NODES = 9


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """A loop for many examples, so that they can share a core."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def core(runner: asyncio.Runner, tmp_path: Path, database_url: str) -> Iterator[Core]:
    stack = AsyncExitStack()
    yield runner.run(stack.enter_async_context(open_core(tmp_path, url=database_url)))
    runner.run(stack.aclose())


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Members that depend on earlier ones, listed in any order."""
    names = [f"n{index}" for index in range(draw(st.integers(1, _MOST_NODES)))]
    nodes = {
        name: draw(st.lists(st.sampled_from(names[:index]), unique=True, max_size=3)) if index else []
        for index, name in enumerate(names)
    }
    return {name: nodes[name] for name in draw(st.permutations(names))}


@given(nodes=graphs(), failing=st.sets(st.integers(0, _MOST_NODES - 1), max_size=2), seed=st.integers(0, 2**16))
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_graph_ends(
    runner: asyncio.Runner, core: Core, nodes: dict[str, list[str]], failing: set[int], seed: int
) -> None:
    bad = {f"n{index}" for index in failing}
    runner.run(_end(core, nodes, bad, random.Random(seed)))


async def _end(core: Core, nodes: dict[str, list[str]], bad: set[str], chance: random.Random) -> None:
    flow = await Flow.submit(core, **nodes)
    await _work(core, bad, chance)
    expected = _expected(nodes, bad)
    members = {name: await flow.member(name) for name in nodes}
    assert {name: member.state for name, member in members.items()} == expected
    graph = await flow.graph()
    assert graph.state is (ProcessState.FAILED if ProcessState.FAILED in expected.values() else ProcessState.SUCCESS)
    assert graph.end_time == max(member.end_time for member in members.values() if member.end_time)
    assert sorted(graph.process_ids) == sorted(flow.ids.values())
    for name, member in members.items():
        if expected[name] is ProcessState.SUCCESS:
            assert member.input == nodes[name], "every parent's output is its name"
    await assert_consistent(core)


async def _work(core: Core, bad: set[str], chance: random.Random) -> None:
    """Assign and close in any order, several at the same moment, until nothing is left."""
    running: list[tuple[str, Process]] = []
    while True:
        executor = chance.choice(_EXECUTORS)
        try:
            running.append((executor, await core.assign(executor)))
        except NothingAvailable:
            if not running:
                return
        if chance.random() < 0.5 or len(running) > 3:
            chance.shuffle(running)
            closing = [running.pop() for _ in range(chance.randint(1, len(running)) if running else 0)]
            await asyncio.gather(*(_close(core, executor, process, bad) for executor, process in closing))


async def _close(core: Core, executor: str, process: Process, bad: set[str]) -> None:
    name = process.spec.node_name
    if name in bad:
        await core.lifecycle.closing.fail(caller(executor), process.process_id, ["no"])
    else:
        await core.lifecycle.closing.succeed(caller(executor), process.process_id, [name])


def _expected(nodes: dict[str, list[str]], bad: set[str]) -> dict[str, ProcessState]:
    states: dict[str, ProcessState] = {}

    def state(name: str) -> ProcessState:
        if name not in states:
            is_failed = name in bad or ProcessState.FAILED in [state(parent) for parent in nodes[name]]
            states[name] = ProcessState.FAILED if is_failed else ProcessState.SUCCESS
        return states[name]

    return {name: state(name) for name in nodes}
