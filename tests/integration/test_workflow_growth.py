"""Workflows grow: children that the executor of a running member adds (wire: addchildmsg)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from colonysdk.objects import Process, ProcessState
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.services import workflows_growth
from tests.support.core import COLONY, Core, caller
from tests.support.workflows import DIAMOND, Flow, assert_consistent, node


@pytest.fixture
async def core(core: Core) -> AsyncIterator[Core]:
    yield core
    await assert_consistent(core)


async def insert(flow: Flow, name: str, parent: str, executor: str = "one", **fields: Any) -> Process:
    spec = node(name, colony_name=COLONY, **fields)
    record = await flow.core.lifecycle.workflow_growth.insert(caller(executor), spec, flow.id, flow.ids[parent])
    return _added(flow, name, record.to_process())


async def append(flow: Flow, name: str, parent: str, child: str = "", executor: str = "one") -> Process:
    spec = node(name, colony_name=COLONY)
    child_id = flow.ids.get(child, child)
    growth = flow.core.lifecycle.workflow_growth
    record = await growth.append(caller(executor), spec, flow.id, flow.ids[parent], child_id)
    return _added(flow, name, record.to_process())


def _added(flow: Flow, name: str, process: Process) -> Process:
    flow.ids[name] = process.process_id
    return process


async def links(flow: Flow) -> dict[str, tuple[str, str]]:
    """The names of the parents and of the children of each member."""
    names = {process_id: name for name, process_id in flow.ids.items()}
    members = {name: await flow.member(name) for name in flow.ids}
    return {
        name: ("".join([names[i] for i in member.parents]), "".join([names[i] for i in member.children]))
        for name, member in members.items()
    }


async def test_a_child_of_a_running_parent(core: Core) -> None:
    flow = await Flow.submit(core, a=())
    await flow.start("a")
    added = await append(flow, "n", "a")
    assert added.wait_for_parents
    assert added.state is ProcessState.WAITING
    assert (added.process_graph_id, added.initiator_id, added.initiator_name) == (flow.id, "", "")
    assert await links(flow) == {"a": ("", "n"), "n": ("a", "")}
    await flow.succeed("a", "out")
    assert await flow.state() is ProcessState.RUNNING
    assert (await flow.start("n")).input == ["out"]
    await flow.succeed("n")
    graph = await flow.graph()
    assert graph.state is ProcessState.SUCCESS
    assert graph.process_ids == [flow.ids["a"], flow.ids["n"]]


async def test_between_a_parent_and_all_its_children(core: Core) -> None:
    flow = await Flow.submit(core, r=(), a=(), b=("a", "r"), c=("a",))
    await flow.run("r", "r")
    await flow.start("a")
    await insert(flow, "n", "a", max_wait_time=10)
    assert await links(flow) == {
        "r": ("", "b"),
        "a": ("", "n"),
        "b": ("rn", ""),
        "c": ("n", ""),
        "n": ("a", "bc"),
    }
    await flow.succeed("a", "a")
    assert await flow.states() == "22000"
    assert (await flow.member("b")).wait_for_parents
    assert (await flow.run("n", "n")).input == ["a"]
    assert (await flow.run("b")).input == ["r", "n"]
    assert (await flow.run("c")).input == ["n"]
    assert await flow.state() is ProcessState.SUCCESS


async def test_beside_the_children(core: Core) -> None:
    flow = await Flow.submit(core, **DIAMOND)
    await flow.start("a")
    await append(flow, "n", "a")
    assert await links(flow) == {"a": ("", "bcn"), "b": ("a", "d"), "c": ("a", "d"), "d": ("bc", ""), "n": ("a", "")}


async def test_beside_the_children_and_before_another(core: Core) -> None:
    flow = await Flow.submit(core, **DIAMOND)
    await flow.run("a", "a")
    await flow.start("b")
    await append(flow, "n", "b", child="d")
    assert await links(flow) == {"a": ("", "bc"), "b": ("a", "dn"), "c": ("a", "d"), "d": ("bcn", ""), "n": ("b", "d")}
    await flow.succeed("b", "b")
    await flow.run("c", "c")
    assert (await flow.member("d")).wait_for_parents
    await flow.run("n", "n")
    assert (await flow.run("d")).input == ["b", "c", "n"]
    assert await flow.state() is ProcessState.SUCCESS


async def test_what_was_added_fails_with_its_parent(core: Core) -> None:
    flow = await Flow.submit(core, a=(), b=("a",))
    await flow.start("a")
    await insert(flow, "n", "a")
    await flow.fail("a")
    assert await flow.states() == "333"
    assert (await flow.member("b")).errors == ["parent n failed because a failed"]


class TestRefusals:
    @pytest.fixture
    async def flow(self, core: Core) -> Flow:
        """A diamond whose root is running, beside a workflow that is not."""
        flow = await Flow.submit(core, **DIAMOND)
        await flow.start("a")
        return flow

    async def test_unknown_parents(self, flow: Flow) -> None:
        with pytest.raises(NotFound, match="the parent process does not exist"):
            await flow.core.lifecycle.workflow_growth.append(
                caller("one"), node("n", colony_name=COLONY), flow.id, "f" * 64
            )

    async def test_parents_that_are_not_running(self, flow: Flow) -> None:
        with pytest.raises(Conflict, match=f"Process with Id {flow.ids['b']} is not running"):
            await append(flow, "n", "b")

    async def test_parents_of_others(self, flow: Flow) -> None:
        with pytest.raises(Conflict, match="is not assigned to executor with Id"):
            await append(flow, "n", "a", executor="two")

    async def test_parents_outside_of_the_workflow(self, core: Core, flow: Flow) -> None:
        other = await Flow.submit(core, x=())
        single = await core.submit()
        growth = core.lifecycle.workflow_growth
        spec = node("n", colony_name=COLONY)
        for workflow_id, parent_id in (
            (other.id, flow.ids["a"]),
            ("", single.process_id),
            (flow.id, single.process_id),
        ):
            with pytest.raises(Conflict, match="does not belong to a processgraph"):
                await growth.append(caller("one"), spec, workflow_id, parent_id)

    async def test_parents_of_another_colony(self, core: Core, flow: Flow) -> None:
        growth = core.lifecycle.workflow_growth
        with pytest.raises(Forbidden):
            await growth.append(caller("one", "other"), node("n", colony_name="other"), flow.id, flow.ids["a"])
        with pytest.raises(Conflict, match=r"spec\.conditions\.colonyname"):
            await growth.append(caller("one"), node("n", colony_name="other"), flow.id, flow.ids["a"])

    async def test_children_that_cannot_wait_for_another(self, core: Core, flow: Flow) -> None:
        other = await Flow.submit(core, x=(), y=("x",))
        with pytest.raises(Conflict, match="does not belong to the processgraph of its new parent"):
            await append(flow, "n", "a", child=other.ids["y"])
        with pytest.raises(Conflict, match="does not belong to the processgraph of its new parent"):
            await append(flow, "n", "a", child="f" * 64)
        with pytest.raises(Conflict, match="waits for no other process any more"):
            await append(flow, "n", "a", child="a")

    async def test_specifications_that_cannot_be_stored(self, flow: Flow) -> None:
        with pytest.raises(Invalid, match="priority"):
            await insert(flow, "n", "a", priority=10**6)

    async def test_more_members_than_a_workflow_has(self, flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workflows_growth, "MAX_MEMBERS", 4)
        with pytest.raises(Conflict, match="has 4 processes, which is the most"):
            await insert(flow, "n", "a")

    @pytest.fixture(autouse=True)
    async def _nothing_is_left_behind(self, core: Core, flow: Flow) -> AsyncIterator[None]:
        graph, linked = await flow.graph(), await links(flow)
        yield
        assert await flow.graph() == graph
        assert await links(flow) == linked
