"""Closing: by the right executor, once, and with the words of the wire where it is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from colonysdk.objects import Attribute, AttributeType, Function, Process, ProcessState
from colonyserver.errors import Conflict, Forbidden, NotFound
from colonyserver.storage import functions
from tests.support.core import COLONY, Core, caller, executor_id

Close = Callable[[Core, Process, str], Awaitable[None]]


async def succeed(core: Core, process: Process, name: str = "one") -> None:
    await core.lifecycle.closing.succeed(caller(name), process.process_id, [])


async def fail(core: Core, process: Process, name: str = "one") -> None:
    await core.lifecycle.closing.fail(caller(name), process.process_id, ["no"])


async def cancel(core: Core, process: Process, name: str = "one") -> None:
    await core.lifecycle.closing.cancel(caller(name), process.process_id)


async def running(core: Core, name: str = "one", **fields: Any) -> Process:
    await core.submit(**fields)
    return await core.assign(name)


class TestFields:
    async def test_success(self, core: Core) -> None:
        process = await running(core, env={"A": "B"})
        await core.succeed(process, output=[1, "a", {"b": None}])
        closed = await core.get(process)
        assert closed.state is ProcessState.SUCCESS
        assert closed.output == [1, "a", {"b": None}]
        assert closed.is_assigned
        assert closed.assigned_executor_id == executor_id("one")
        assert closed.end_time is not None
        assert closed.start_time == process.start_time
        assert [attribute.state for attribute in closed.attributes] == [ProcessState.SUCCESS]
        assert await core.states() == {ProcessState.SUCCESS: 1} == await core.counted()

    async def test_failure(self, core: Core) -> None:
        process = await running(core)
        await core.lifecycle.closing.fail(caller("one"), process.process_id, ["first", 'se"cond\n'])
        closed = await core.get(process)
        assert closed.state is ProcessState.FAILED
        assert closed.errors == ["first", 'se"cond\n']
        assert closed.output == []

    async def test_cancel_while_waiting(self, core: Core) -> None:
        process = await core.submit(executor_names=["one", "two"], max_wait_time=60)
        await cancel(core, process)
        closed = await core.get(process)
        assert closed.state is ProcessState.CANCELLED
        assert not closed.is_assigned
        assert closed.end_time is not None
        assert await core.rows("SELECT count(*) FROM queue") == [(0,)]
        assert await core.rows("SELECT due_at FROM process") == [(None,)]

    async def test_cancel_while_running(self, core: Core) -> None:
        process = await running(core)
        await cancel(core, process, "two")
        closed = await core.get(process)
        assert closed.state is ProcessState.CANCELLED
        assert closed.is_assigned
        assert closed.assigned_executor_id == executor_id("one")

    async def test_changes_are_told_in_order(self, core: Core) -> None:
        process = await running(core)
        await succeed(core, process)
        told = [(change.process_id, change.state) for change in core.changes]
        assert told == [(process.process_id, state) for state in (0, 1, 2)]


class TestOutput:
    async def test_an_empty_output_keeps_the_one_set_earlier(self, core: Core) -> None:
        process = await running(core)
        await core.lifecycle.closing.set_output(caller("one"), process.process_id, ["early"])
        await core.lifecycle.closing.set_output(caller("one"), process.process_id, [])
        assert (await core.get(process)).output == ["early"]
        await core.succeed(process, output=[])
        assert (await core.get(process)).output == ["early"]

    async def test_a_later_one_replaces_it(self, core: Core) -> None:
        process = await running(core)
        await core.lifecycle.closing.set_output(caller("one"), process.process_id, ["early"])
        await core.succeed(process, output=["late"])
        assert (await core.get(process)).output == ["late"]

    async def test_only_the_executor_of_a_running_process(self, core: Core) -> None:
        process = await running(core)
        closing = core.lifecycle.closing
        with pytest.raises(Forbidden, match="not allowed to set output"):
            await closing.set_output(caller("two"), process.process_id, ["x"])
        with pytest.raises(NotFound) as refusal:
            await closing.set_output(caller("one"), "f" * 64, ["x"])
        assert refusal.value.status == 500
        await succeed(core, process)
        with pytest.raises(Forbidden, match="process is not running"):
            await closing.set_output(caller("one"), process.process_id, ["x"])
        assert (await core.get(process)).output == []


@pytest.mark.parametrize(
    ("before", "then", "words"),
    [
        (succeed, succeed, "Tried to set successful process as successful"),
        (fail, succeed, "Tried to set failed process as successful"),
        (cancel, succeed, "Tried to set cancelled process as successful"),
        (succeed, fail, "Tried to set successful process as failed"),
        (fail, fail, "Tried to set failed process as failed"),
        (cancel, fail, "Tried to set cancelled process as failed"),
        (succeed, cancel, "Tried to cancel successful process"),
        (fail, cancel, "Tried to cancel failed process"),
        (cancel, cancel, "Tried to cancel already cancelled process"),
    ],
)
async def test_what_has_ended_stays_as_it_is(core: Core, before: Close, then: Close, words: str) -> None:
    process = await running(core)
    await before(core, process, "one")
    ended = await core.get(process)
    with pytest.raises(Conflict) as refusal:
        await then(core, process, "one")
    assert refusal.value.status == 400
    assert refusal.value.message == words
    assert await core.get(process) == ended
    assert await core.states() == await core.counted()


class TestWho:
    @pytest.mark.parametrize(("close", "word"), [(succeed, "successful"), (fail, "failed")])
    async def test_not_another_executor(self, core: Core, close: Close, word: str) -> None:
        process = await running(core)
        with pytest.raises(Forbidden) as refusal:
            await close(core, process, "two")
        assert refusal.value.message == f"Failed to close process as {word}, not allowed to close process as {word}"
        waiting = await core.submit()
        with pytest.raises(Forbidden):
            await close(core, waiting, "one")

    @pytest.mark.parametrize("close", [succeed, fail, cancel])
    async def test_nobody_from_elsewhere(self, core: Core, close: Close) -> None:
        process = await running(core)
        stranger = caller("one", "another colony")
        closing = core.lifecycle.closing
        with pytest.raises(Forbidden, match="not a member"):
            await closing.cancel(stranger, process.process_id)
        with pytest.raises(Forbidden, match="not a member"):
            await closing.succeed(stranger, process.process_id, [])
        assert (await core.get(process)).state is ProcessState.RUNNING

    @pytest.mark.parametrize("close", [succeed, fail, cancel])
    async def test_an_unknown_process(self, core: Core, close: Close) -> None:
        with pytest.raises(NotFound, match="process is nil") as refusal:
            await close(core, Process(process_id="f" * 64), "one")
        assert refusal.value.status == 500

    async def test_not_who_lost_it_to_another(self, core: Core) -> None:
        process = await running(core, max_exec_time=1, max_retries=1)
        core.clock.advance(2)
        await core.lifecycle.expiry.expire()
        with pytest.raises(Forbidden):
            await succeed(core, process, "one")
        assert (await core.assign("two")).process_id == process.process_id
        with pytest.raises(Forbidden):
            await fail(core, process, "one")
        await succeed(core, process, "two")


class TestRaces:
    async def test_one_of_many_wins(self, core: Core) -> None:
        """Success, failure and cancellation at the same moment, in every order: one counts, the others are refused."""
        for turn in range(12):
            process = await running(core)
            closes = [succeed, fail, cancel, succeed, cancel, fail]
            closes = closes[turn % 6 :] + closes[: turn % 6]
            outcomes = await asyncio.gather(*(close(core, process, "one") for close in closes), return_exceptions=True)
            assert [outcome for outcome in outcomes if outcome is None] == [None]
            assert all(isinstance(outcome, Conflict) for outcome in outcomes if outcome is not None)
        assert await core.states() == await core.counted()

    async def test_a_cancel_that_races_with_an_assign(self, core: Core) -> None:
        for _ in range(20):
            process = await core.submit()
            await asyncio.gather(core.assign("one"), cancel(core, process), core.assign("two"), return_exceptions=True)
            assert (await core.get(process)).state is ProcessState.CANCELLED
        assert await core.states() == {ProcessState.CANCELLED: 20} == await core.counted()
        assert await core.rows("SELECT count(*) FROM queue") == [(0,)]

    async def test_a_close_that_races_with_the_deadline(self, core: Core) -> None:
        for turn in range(20):
            process = await running(core, max_exec_time=1, max_retries=turn % 2)
            core.clock.advance(2)
            closed, expired = await asyncio.gather(
                succeed(core, process), core.lifecycle.expiry.expire(), return_exceptions=True
            )
            assert not isinstance(expired, BaseException)
            state = (await core.get(process)).state
            assert (state is ProcessState.SUCCESS) == (closed is None)
            if state is ProcessState.WAITING:
                await cancel(core, process)
        assert await core.states() == await core.counted()


class TestStatistics:
    async def test_a_true_mean(self, core: Core) -> None:
        function = Function(
            function_id="f", colony_name=COLONY, executor_name="one", executor_type="t", func_name="echo"
        )
        await core.database.write(lambda connection: functions.add_function(connection, function))
        for seconds in (1, 2, 6):
            await core.submit()
            core.clock.advance(10)
            process = await core.assign()
            core.clock.advance(seconds)
            await core.succeed(process)
        failed = await running(core)
        await fail(core, failed)
        (found,) = await core.database.read(lambda connection: functions.list_functions(connection, COLONY, "one"))
        assert found.counter == 3
        assert found.min_exec_time == pytest.approx(1, abs=0.5)
        assert found.max_exec_time == pytest.approx(6, abs=0.5)
        assert found.avg_exec_time == pytest.approx(3, abs=0.5)
        assert found.avg_wait_time == pytest.approx(10, abs=0.5)

    async def test_many_at_once_count_each(self, core: Core) -> None:
        function = Function(function_id="f", colony_name=COLONY, executor_name="one", func_name="echo")
        await core.database.write(lambda connection: functions.add_function(connection, function))
        processes = [await running(core) for _ in range(40)]
        await asyncio.gather(*(succeed(core, process) for process in processes))
        (found,) = await core.database.read(lambda connection: functions.list_functions(connection, COLONY, "one"))
        assert found.counter == 40


async def test_attributes_follow_the_process(core: Core) -> None:
    """wire: one that is added while it runs keeps the state it was sent with until the close."""
    process = await running(core, env={"A": "B"})
    sent = Attribute(target_id=process.process_id, attribute_type=AttributeType.OUT, key="k", value="v")
    await core.lifecycle.attributes.add(caller("one"), sent)
    attributes = (await core.get(process)).attributes
    assert [(attribute.key, attribute.state) for attribute in attributes] == [("A", 1), ("k", 0)]
    await fail(core, process)
    assert [attribute.state for attribute in (await core.get(process)).attributes] == [3, 3]
