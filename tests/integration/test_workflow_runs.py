"""Workflows run: children wait for their parents, fail with them, and the workflow's state follows."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from colonysdk.objects import ProcessState
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound, NothingAvailable
from colonyserver.storage.workflows import leaf_outputs_json, workflow_state
from tests.support.core import COLONY, USER_ID, Core, caller, executor_id
from tests.support.workflows import DIAMOND, Flow, assert_consistent, graph_spec, node, workflow_counts

WAITING, RUNNING, SUCCESS, FAILED, CANCELLED = ProcessState


@pytest.fixture
async def core(core: Core) -> AsyncIterator[Core]:
    yield core
    await assert_consistent(core)


class TestRelease:
    async def test_a_diamond(self, core: Core) -> None:
        flow = await Flow.submit(core, **DIAMOND)
        assert await flow.state() is WAITING
        assert (await flow.member("d")).wait_for_parents
        await flow.start("a")
        assert await flow.state() is RUNNING
        with pytest.raises(NothingAvailable):
            await core.assign("two")
        await flow.succeed("a", 1)
        b, c = await flow.start("b"), await flow.start("c")
        assert (b.input, c.input) == ([1], [1])
        await flow.succeed("c", 3)
        with pytest.raises(NothingAvailable):
            await core.assign("two")
        await flow.succeed("b", 2)
        d = await flow.start("d")
        assert d.input == [2, 3]
        assert not d.wait_for_parents
        await flow.succeed("d")
        graph = await flow.graph()
        assert graph.state is SUCCESS
        assert graph.start_time == (await flow.member("a")).start_time
        assert graph.end_time == (await flow.member("d")).end_time
        assert await workflow_counts(core) == {SUCCESS: 1}

    async def test_inputs_come_in_the_order_of_the_dependencies(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=(), c=("b", "a", "b"))
        await flow.run("a", "a", {"k": None})
        await flow.run("b", "b")
        assert (await flow.start("c")).input == ["b", "a", {"k": None}]

    async def test_parents_without_output_make_an_empty_input(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",))
        await flow.run("a")
        assert (await flow.start("b")).input == []

    async def test_output_set_early_counts(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",))
        await flow.start("a")
        await core.lifecycle.closing.set_output(caller("one"), flow.ids["a"], ["early"])
        await flow.succeed("a")
        assert (await flow.start("b")).input == ["early"]

    async def test_a_parked_executor_gets_a_released_child_at_once(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",))
        await flow.start("a")
        async with asyncio.timeout(20):
            parked = asyncio.create_task(core.assign("two", timeout=20))
            await core.parked(1)
            await flow.succeed("a")
            assert (await parked).process_id == flow.ids["b"]

    async def test_changes_are_told_in_order(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",))
        await flow.run("a")
        assert await flow.told() == [("a", WAITING), ("b", WAITING), ("a", RUNNING), ("a", SUCCESS), ("b", WAITING)]
        requirements = [change.requirement is not None for change in core.changes if change.state == WAITING]
        assert requirements == [True, False, True]

    async def test_the_time_to_wait_begins_with_the_release(self, core: Core) -> None:
        flow = await Flow.submit(core, node("a"), node("b", "a", max_wait_time=10))
        await flow.start("a")
        core.clock.advance(100)
        await core.lifecycle.expiry.expire()
        assert (await flow.member("b")).wait_deadline is None
        await flow.succeed("a")
        released, ended = await flow.member("b"), await flow.member("a")
        assert released.wait_deadline is not None
        assert ended.end_time is not None
        assert timedelta(seconds=9) < released.wait_deadline - ended.end_time < timedelta(seconds=11)
        core.clock.advance(11)
        await core.lifecycle.expiry.expire()
        assert (await flow.member("b")).errors == ["Maximum waiting time limit exceeded"]
        assert await flow.state() is FAILED

    async def test_a_workflow_that_has_begun_goes_on_while_its_member_is_back_in_the_queue(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",))
        await flow.start("a")
        requeueing = core.lifecycle.requeueing
        await core.database.write(lambda c: requeueing.requeue_executor(c, COLONY, executor_id("one")))
        assert (await flow.member("a")).state is WAITING
        assert await flow.state() is RUNNING
        await flow.run("a")
        await flow.run("b")
        assert await flow.state() is SUCCESS

    async def test_a_retry_does_not_disturb_the_workflow(self, core: Core) -> None:
        flow = await Flow.submit(core, node("a", max_exec_time=10, max_retries=1), node("b", "a"))
        await flow.start("a")
        core.clock.advance(11)
        await core.lifecycle.expiry.expire()
        assert await flow.states() == "00"
        await flow.run("a")
        assert await flow.states() == "20"

    async def test_environment_and_priority_of_members(self, core: Core) -> None:
        flow = await Flow.submit(core, node("a", env={"K": "V"}), node("b", priority=1, max_exec_time=0))
        attribute = (await flow.member("a")).attributes[0]
        assert (attribute.key, attribute.value, attribute.target_process_graph_id) == ("K", "V", flow.id)
        urgent = await flow.start("b")
        assert urgent.spec.max_exec_time == -1
        assert urgent.spec.conditions.colony_name == COLONY
        assert (urgent.initiator_id, urgent.initiator_name) == (USER_ID, "alice")


class TestFailure:
    async def test_the_root_of_a_diamond(self, core: Core) -> None:
        flow = await Flow.submit(core, **DIAMOND)
        await flow.start("a")
        await flow.fail("a")
        assert await flow.states() == "3333"
        graph = await flow.graph()
        assert graph.state is FAILED
        members = [await flow.member(name) for name in "abcd"]
        assert all(member.end_time is not None for member in members)
        assert graph.end_time == max(member.end_time for member in members if member.end_time)
        assert [member.errors for member in members] == [
            ["no"],
            ["parent a failed"],
            ["parent a failed"],
            ["parent b failed because a failed"],
        ]
        assert (await flow.told())[-4:] == [("a", FAILED), ("b", FAILED), ("c", FAILED), ("d", FAILED)]
        assert await workflow_counts(core) == {FAILED: 1}

    async def test_only_what_depends_on_it(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",), c=("a",), d=("b",), e=("c",))
        await flow.run("a", "kept")
        await flow.start("b")
        await flow.start("c")
        await flow.fail("b")
        assert await flow.states() == "23130"
        assert await flow.state() is FAILED
        assert (await flow.member("a")).output == ["kept"]
        await flow.succeed("c")
        await flow.run("e")
        assert await flow.states() == "23232"
        graph = await flow.graph()
        assert graph.state is FAILED
        assert graph.end_time == (await flow.member("e")).end_time

    async def test_a_leaf(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",), c=("a",))
        await flow.run("a")
        await flow.start("b")
        await flow.fail("b")
        assert await flow.states() == "230"
        assert await flow.state() is FAILED
        await flow.run("c")
        assert await flow.states() == "232"

    async def test_one_of_two_parents(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=(), c=("a", "b"))
        await flow.start("a")
        await flow.start("b")
        await flow.fail("a")
        assert (await flow.member("c")).errors == ["parent a failed"]
        await flow.succeed("b")
        assert await flow.states() == "323"

    @pytest.mark.parametrize(
        ("limits", "start", "reason"),
        [
            ({"max_wait_time": 10}, False, "Maximum waiting time limit exceeded"),
            ({"max_exec_time": 10}, True, "Maximum execution time limit exceeded"),
        ],
    )
    async def test_deadlines(self, core: Core, limits: dict[str, Any], start: bool, reason: str) -> None:
        flow = await Flow.submit(core, node("a", **limits), node("b", "a"), node("c", "b"))
        if start:
            await flow.start("a")
        core.clock.advance(11)
        await core.lifecycle.expiry.expire()
        assert await flow.states() == "333"
        assert [(await flow.member(name)).errors for name in "abc"] == [
            [reason],
            ["parent a failed"],
            ["parent b failed because a failed"],
        ]
        assert await flow.state() is FAILED

    async def test_a_member_cannot_be_closed_after_its_end(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",))
        await flow.run("a")
        with pytest.raises(Conflict, match="Tried to set successful process as failed"):
            await flow.fail("a")
        assert await flow.states() == "20"


class TestAtTheSameTime:
    async def test_two_parents_release_a_child_once(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=(), c=("a", "b"))
        await flow.start("a", "one")
        await flow.start("b", "two")
        await asyncio.gather(flow.succeed("a", 1, executor="one"), flow.succeed("b", 2, executor="two"))
        assert (await flow.told()).count(("c", WAITING)) == 2, "once when it is submitted, once when it is released"
        assert (await flow.start("c")).input == [1, 2]
        with pytest.raises(NothingAvailable):
            await core.assign("two")

    async def test_one_parent_fails_as_the_other_succeeds(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=(), c=("a", "b"), d=("b",))
        await flow.start("a", "one")
        await flow.start("b", "two")
        await asyncio.gather(flow.fail("a", executor="one"), flow.succeed("b", executor="two"))
        assert await flow.states() == "3230"
        assert await flow.state() is FAILED

    async def test_both_parents_fail(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=(), c=("a", "b"))
        await flow.start("a", "one")
        await flow.start("b", "two")
        await asyncio.gather(flow.fail("a", executor="one"), flow.fail("b", executor="two"))
        assert await flow.states() == "333"
        assert (await flow.told()).count(("c", FAILED)) == 1

    async def test_members_of_many_workflows(self, core: Core) -> None:
        flows = [await Flow.submit(core, **DIAMOND) for _ in range(20)]
        for _ in range(3):
            running = [await core.assign() for _ in range(await self._free(core))]
            await asyncio.gather(*(core.succeed(process, output=[process.spec.node_name]) for process in running))
        assert [await flow.states() for flow in flows] == ["2222"] * 20
        assert {tuple((await flow.member("d")).input) for flow in flows} == {("b", "c")}
        assert await workflow_counts(core) == {SUCCESS: 20}

    async def test_cancelling_while_a_member_ends(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",))
        await flow.start("a")
        await asyncio.gather(flow.succeed("a"), flow.cancel(), return_exceptions=True)
        assert await flow.states() in ("24", "44")
        assert await flow.state() is CANCELLED

    @staticmethod
    async def _free(core: Core) -> int:
        [(count,)] = await core.rows("SELECT count(*) FROM queue")
        return int(count)


class TestCancelling:
    async def test_only_what_has_not_ended(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",), c=("a",), d=("b",))
        await flow.run("a")
        await flow.start("b")
        core.changes.clear()
        await flow.cancel()
        assert await flow.states() == "2444"
        graph = await flow.graph()
        assert graph.state is CANCELLED
        assert graph.end_time is not None
        assert {(await flow.member(name)).end_time for name in "bcd"} == {graph.end_time}
        assert sorted(await flow.told()) == [("b", CANCELLED), ("c", CANCELLED), ("d", CANCELLED)]
        assert [change.executor_id for change in core.changes if change.executor_id] == [executor_id("one")]
        with pytest.raises(Conflict, match="Tried to set cancelled process as successful"):
            await flow.succeed("b")
        with pytest.raises(NothingAvailable):
            await core.assign()

    async def test_a_failed_workflow_with_members_to_go(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=())
        await flow.start("a")
        await flow.fail("a")
        await flow.cancel()
        assert await flow.states() == "34"
        assert await flow.state() is CANCELLED

    async def test_what_has_ended_stays_as_it_is(self, core: Core) -> None:
        flow = await Flow.submit(core, a=())
        await flow.run("a")
        graph = await flow.graph()
        await flow.cancel()
        assert await flow.graph() == graph

    async def test_nobody_else(self, core: Core) -> None:
        flow = await Flow.submit(core, a=())
        cancelling = core.lifecycle.workflow_cancelling
        with pytest.raises(Forbidden):
            await cancelling.cancel(caller("one", "another"), flow.id)
        with pytest.raises(NotFound) as refusal:
            await cancelling.cancel(caller("one"), "f" * 64)
        assert refusal.value.status == 500


class TestRemoval:
    async def test_a_workflow_goes_with_everything_that_belongs_to_it(self, core: Core) -> None:
        flow = await Flow.submit(core, node("a", env={"K": "V"}), node("b", "a"), node("c"))
        other = await Flow.submit(core, **DIAMOND)
        await flow.start("a")
        await core.lifecycle.logs.add(caller("one"), flow.ids["a"], "line")
        with pytest.raises(Conflict, match="running"):
            await core.lifecycle.workflow_removal.remove(caller("one"), flow.id)
        await flow.fail("a")
        await core.lifecycle.workflow_removal.remove(caller("one"), flow.id)
        with pytest.raises(NotFound):
            await flow.graph()
        for table in ("log", "attribute"):
            assert await core.rows(f"SELECT * FROM {table}") == []
        assert await core.rows("SELECT count(*) FROM process") == [(4,)]
        await other.start("a")

    async def test_not_while_a_member_of_a_failed_workflow_is_running(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=())
        await flow.start("a")
        await flow.start("b")
        await flow.fail("a")
        with pytest.raises(Conflict, match="running; cancel it first"):
            await core.lifecycle.workflow_removal.remove(caller("one"), flow.id)
        await flow.succeed("b")
        await core.lifecycle.workflow_removal.remove(caller("one"), flow.id)

    async def test_a_state_with_all_members_and_nothing_else(self, core: Core) -> None:
        unfinished = await Flow.submit(core, **DIAMOND)
        await unfinished.run("a")
        await unfinished.start("b")
        await unfinished.start("c")
        failed = await Flow.submit(core, a=(), b=(), c=("b",))
        await failed.start("a")
        await failed.run("b")
        await failed.fail("a")
        single = await core.submit()
        removal = core.lifecycle.workflow_removal
        await removal.remove_all(COLONY, SUCCESS)
        await removal.remove_all(COLONY, WAITING)
        assert await failed.states() == "320"
        await removal.remove_all(COLONY, FAILED)
        assert await unfinished.states() == "2110"
        assert await core.rows("SELECT count(*) FROM process") == [(5,)]
        await removal.remove_all(COLONY, -1)
        assert await core.rows("SELECT process_id FROM process") == [(single.process_id,)]
        assert await workflow_counts(core) == {}

    @pytest.mark.parametrize("state", [1, 5, -2])
    async def test_refused_states(self, core: Core, state: int) -> None:
        with pytest.raises(Invalid):
            await core.lifecycle.workflow_removal.remove_all(COLONY, state)

    async def test_many_are_removed_in_slices(self, core: Core) -> None:
        for _ in range(120):
            await Flow.submit(core, a=(), b=("a",))
        await core.lifecycle.workflow_removal.remove_all(COLONY, WAITING)
        assert await core.rows("SELECT count(*) FROM process") == [(0,)]

    async def test_members_are_removed_and_cancelled_only_with_their_workflow(self, core: Core) -> None:
        flow = await Flow.submit(core, a=())
        with pytest.raises(Conflict, match="workflow"):
            await core.lifecycle.removal.remove(caller("one"), flow.ids["a"])
        with pytest.raises(Conflict, match="workflow"):
            await core.lifecycle.closing.cancel(caller("one"), flow.ids["a"])
        await core.lifecycle.removal.remove_all(COLONY, -1)
        assert await flow.states() == "0"


class TestForOthers:
    async def test_arguments_and_input_of_the_roots(self, core: Core) -> None:
        workflows = core.lifecycle.workflows
        spec = graph_spec({"a": (), "b": ("a",), "c": ()})
        for function in spec.function_specs:
            function.args, function.kwargs = ["own"], {"k": 1}
        prepared = workflows.prepare(spec, USER_ID, "alice", root_args=[1, "x"], root_input_json='["before"]')
        await core.database.write(lambda connection: workflows.store(connection, prepared))
        workflows.announce(prepared)
        members = [await core.get(member.record.process_id) for member in prepared.members]
        assert [member.spec.args for member in members] == [[1, "x"], ["own"], [1, "x"]]
        assert [member.spec.kwargs for member in members] == [{}, {"k": 1}, {}]
        assert [member.input for member in members] == [["before"], [], ["before"]]
        again = workflows.prepare(spec, USER_ID, "alice", root_args=[])
        assert again.members[0].record.to_process().spec.args == ["own"]
        assert again.workflow_id != prepared.workflow_id

    async def test_state_and_outputs_of_the_leaves(self, core: Core) -> None:
        flow = await Flow.submit(core, a=(), b=("a",), c=("a",), d=())
        assert await core.database.read(lambda c: workflow_state(c, flow.id)) is WAITING
        await flow.run("a", "inner")
        await flow.run("b", [2], "b")
        await flow.run("c")
        await flow.run("d", 4)
        assert await core.database.read(lambda c: leaf_outputs_json(c, flow.id)) == '[[2],"b",4]'
        assert await core.database.read(lambda c: workflow_state(c, flow.id)) is SUCCESS
        assert await core.database.read(lambda c: workflow_state(c, "f" * 64)) is None
