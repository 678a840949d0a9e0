"""Members of one workflow end on several servers at the same moment."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from colonysdk.objects import ProcessState
from colonyserver.errors import NothingAvailable
from tests.support.core import Core, caller
from tests.support.workflows import DIAMOND, Flow, assert_consistent

pytestmark = pytest.mark.postgresql

_WORKFLOWS = 40


@pytest.fixture
async def cores(cores: tuple[Core, Core]) -> AsyncIterator[tuple[Core, Core]]:
    yield cores
    await assert_consistent(cores[0])


async def _running(core: Core, **nodes: tuple[str, ...]) -> list[Flow]:
    """Workflows with the members a and b running, both by the same executor."""
    flows = [await Flow.submit(core, **nodes) for _ in range(_WORKFLOWS)]
    for _ in range(2 * _WORKFLOWS):
        await core.assign("one")
    return flows


async def _close(core: Core, flow: Flow, name: str) -> None:
    await core.lifecycle.closing.succeed(caller("one"), flow.ids[name], [name])


async def test_two_parents_release_a_child_once(cores: tuple[Core, Core]) -> None:
    first, second = cores
    flows = await _running(first, a=(), b=(), c=("a", "b"))
    await asyncio.gather(
        *(_close(first, flow, "a") for flow in flows), *(_close(second, flow, "b") for flow in reversed(flows))
    )
    for flow in flows:
        child = await flow.member("c")
        assert (child.wait_for_parents, child.input) == (False, ["a", "b"])
        assert await flow.state() is ProcessState.RUNNING
    assert await first.rows("SELECT count(*) FROM queue") == [(_WORKFLOWS,)]
    released = [change for core in cores for change in core.changes if change.requirement and not change.state]
    children = {flow.ids["c"] for flow in flows}
    assert sorted(change.process_id for change in released if change.process_id in children) == sorted(children)


async def test_ends_and_cancels(cores: tuple[Core, Core]) -> None:
    first, second = cores
    flows = await _running(first, a=(), b=(), c=("a", "b"), d=("c",))

    async def cancel(flow: Flow) -> None:
        await second.lifecycle.workflow_cancelling.cancel(caller("one"), flow.id)

    outcomes = await asyncio.gather(
        *(_close(first, flow, name) for flow in flows for name in "ab"),
        *(cancel(flow) for flow in flows),
        return_exceptions=True,
    )
    refusals = {str(outcome) for outcome in outcomes if outcome is not None}
    assert refusals <= {"Tried to set cancelled process as successful"}
    for flow in flows:
        assert set(await flow.states()) <= {"2", "4"}
        assert await flow.state() is ProcessState.CANCELLED
        [(counts,)] = await first.rows(
            "SELECT successful || ',' || cancelled FROM workflow WHERE workflow_id = ?", flow.id
        )
        successful, cancelled = json.loads(f"[{counts}]")
        assert successful == (await flow.states()).count("2")
        assert successful + cancelled == 4


async def test_failures_and_successes(cores: tuple[Core, Core]) -> None:
    first, second = cores
    flows = await _running(first, a=(), b=(), c=("a", "b"), d=("c", "b"))
    await asyncio.gather(
        *(_close(first, flow, "a") for flow in flows),
        *(second.lifecycle.closing.fail(caller("one"), flow.ids["b"], ["no"]) for flow in flows),
    )
    for flow in flows:
        assert await flow.states() == "2333"
        assert await flow.state() is ProcessState.FAILED


async def test_diamonds_run_across_servers(cores: tuple[Core, Core]) -> None:
    flows = [await Flow.submit(cores[index % 2], **DIAMOND) for index in range(_WORKFLOWS)]

    async def work(core: Core, name: str) -> None:
        while await _unfinished(core):
            try:
                process = await core.assign(name)
            except NothingAvailable:
                await asyncio.sleep(0.02)
                continue
            await core.succeed(process, name, [process.spec.node_name])

    async with asyncio.timeout(100):
        await asyncio.gather(*(work(core, name) for core in cores for name in ("one", "two", "three")))
    for flow in flows:
        assert await flow.states() == "2222"
        assert (await flow.member("d")).input == ["b", "c"]
        assert await flow.state() is ProcessState.SUCCESS
    assigned = [change.process_id for core in cores for change in core.changes if change.state == ProcessState.RUNNING]
    assert len(assigned) == len(set(assigned)) == 4 * _WORKFLOWS


async def _unfinished(core: Core) -> bool:
    return bool(await core.rows("SELECT 1 FROM workflow WHERE state IN (0, 1) LIMIT 1"))
