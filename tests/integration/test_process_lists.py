"""Reading processes: the order and the filters of the wire."""

from typing import Any

import pytest

from colonysdk.objects import Conditions, FunctionSpec, Process, ProcessState
from colonyserver.errors import Forbidden, Invalid, NotFound
from colonyserver.services.process_query import QueryService
from colonyserver.storage.listing import Filter, list_processes
from colonyserver.storage.process_criteria import Criteria
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.waiting import count_running
from tests.support.core import COLONY, USER_ID, Core, caller, executor_id


def names(records: list[ProcessRecord]) -> list[str]:
    return [record.func_name for record in records]


class TestOne:
    async def test_as_submitted(self, core: Core) -> None:
        process = await core.submit(args=["å", 1, 2.5, None], kwargs={"k": [1]}, env={"B": "2", "A": "1"}, label="l")
        assert await core.get(process) == process
        assert [attribute.key for attribute in process.attributes] == ["B", "A"]
        assert process.spec.env == {"B": "2", "A": "1"}
        assert process.spec.args == ["å", 1, 2.5, None]
        assert len(process.process_id) == 64

    async def test_unknown(self, core: Core) -> None:
        with pytest.raises(NotFound, match="Failed to get process, process not found") as refusal:
            await core.get("f" * 64)
        assert refusal.value.status == 404

    async def test_of_another_colony(self, core: Core) -> None:
        process = await core.submit()
        with pytest.raises(Forbidden):
            await core.lifecycle.processes.find(caller("one", "other"), process.process_id)


class TestLists:
    async def list(self, core: Core, state: int, count: int = 100, **filters: str) -> list[str]:
        return names(await core.lifecycle.processes.all(COLONY, state=state, count=count, **filters))

    async def test_orders(self, core: Core) -> None:
        for name in "abcdef":
            await core.submit(func_name=name, priority=1 if name == "c" else 0)
        assert await self.list(core, ProcessState.WAITING) == [*"cabdef"]
        assert await self.list(core, ProcessState.WAITING, count=2) == [*"ca"]
        assert await self.list(core, ProcessState.WAITING, count=0) == []
        running = [await core.assign() for _ in range(5)]
        assert await self.list(core, ProcessState.RUNNING) == [*"cabde"]
        for process in running[:3]:
            await core.succeed(process)
        assert await self.list(core, ProcessState.SUCCESS) == [*"bac"]
        for process in running[3:]:
            await core.lifecycle.closing.fail(caller("one"), process.process_id, [])
        assert await self.list(core, ProcessState.FAILED) == [*"ed"]
        assert await self.list(core, ProcessState.CANCELLED) == []
        assert await self.list(core, ProcessState.WAITING) == ["f"]

    async def test_filters(self, core: Core) -> None:
        await core.submit(func_name="plain")
        await core.submit(func_name="labelled", label="night")
        await core.submit(func_name="typed", executor_type="other", label="night")
        waiting = ProcessState.WAITING
        assert await self.list(core, waiting, label="night") == ["labelled", "typed"]
        assert await self.list(core, waiting, executor_type="other") == ["typed"]
        assert await self.list(core, waiting, initiator="alice") == ["plain", "labelled", "typed"]
        assert await self.list(core, waiting, executor_type="other", label="nothing", initiator="nobody") == ["typed"]
        assert await self.list(core, waiting, initiator="alice", label="night") == ["plain", "labelled", "typed"]
        assert await self.list(core, waiting, label="day") == []

    async def test_attributes_are_there(self, core: Core) -> None:
        await core.submit(func_name="with", env={"A": "1", "B": "2"})
        await core.submit(func_name="without")
        records = await core.lifecycle.processes.all(COLONY, state=0, count=10)
        assert [len(record.to_process().attributes) for record in records] == [2, 0]

    async def test_not_from_other_colonies(self, core: Core) -> None:
        await core.submit()
        assert await core.lifecycle.processes.all("other", state=0, count=10) == []

    @pytest.mark.parametrize(
        ("state", "count", "initiator"), [(5, 1, ""), (-1, 1, ""), (0, 101, ""), (0, -1, ""), (0, 1, "nobody")]
    )
    async def test_refused(self, core: Core, state: int, count: int, initiator: str) -> None:
        with pytest.raises(Invalid) as refusal:
            await core.lifecycle.processes.all(COLONY, state=state, count=count, initiator=initiator)
        assert refusal.value.status == 400


class TestRunning:
    """RUNNING processes of one value, among those of another and those that wait or have ended."""

    @pytest.fixture
    async def even(self, core: Core) -> list[str]:
        """The ids of the even ones, in the order of their starts; odd ones differ in everything."""
        for kind in ("even", "odd"):
            await core.add_executor(f"{kind}-executor_name", executor_type=f"{kind}-executor_type")
        for _ in range(6):
            await _submit(core, "even")
            await _submit(core, "odd")
        await core.succeed(await _start(core, "even"), "even-executor_name")
        await core.succeed(await _start(core, "odd"), "odd-executor_name")
        started = [await _start(core, kind) for kind in ("even", "odd") * 4]
        return [process.process_id for process in started[::2]]

    @pytest.mark.parametrize("column", ["executor_type", "initiator_name", "label"])
    async def test_lists(self, core: Core, even: list[str], column: Filter) -> None:
        async def found(kind: str, count: int = 100) -> list[str]:
            narrowed_by = (column, f"{kind}-{column}")
            records = await core.database.read(
                lambda connection: list_processes(connection, COLONY, ProcessState.RUNNING, count, narrowed_by)
            )
            return [record.process_id for record in records]

        assert await found("even") == even
        assert await found("even", 3) == even[:3]
        assert len({*await found("odd")} - {*even}) == 4
        assert await found("no") == []

    @pytest.mark.parametrize("column", ["executor_type", "initiator_name", "label", "func_name", "executor_name"])
    @pytest.mark.parametrize("newest_first", [True, False])
    async def test_pages(self, core: Core, even: list[str], column: str, newest_first: bool) -> None:
        value: dict[str, Any] = {column: f"even-{column}"}
        criteria = Criteria(COLONY, (ProcessState.RUNNING,), newest_first=newest_first)._replace(**value)
        queries = QueryService(core.database)
        for count in (1, 3, 4):
            page = await queries.page(criteria, count=count)
            assert page.total == (4, True)
            found = [record.process_id for record in page.records]
            while page.cursor:
                page = await queries.page(criteria, count=count, cursor=page.cursor)
                found += [record.process_id for record in page.records]
            assert found == (even[::-1] if newest_first else even)

    @pytest.mark.usefixtures("even")
    async def test_counts(self, core: Core) -> None:
        async def counts(colony_name: str, *names: str) -> dict[str, int]:
            return await core.database.read(lambda connection: count_running(connection, colony_name, names))

        busy = {"even-executor_name": 4, "odd-executor_name": 4}
        idle = {f"idle-{number}": 0 for number in range(60)}
        assert await counts(COLONY, *busy, *idle) == {**busy, **idle}
        assert await counts("other", *busy) == dict.fromkeys(busy, 0)
        assert await counts(COLONY) == {}


async def _submit(core: Core, kind: str) -> None:
    spec = FunctionSpec(
        func_name=f"{kind}-func_name",
        label=f"{kind}-label",
        max_exec_time=-1,
        max_wait_time=-1,
        conditions=Conditions(colony_name=COLONY, executor_type=f"{kind}-executor_type"),
    )
    await core.lifecycle.submission.submit(spec, initiator_id=USER_ID, initiator_name=f"{kind}-initiator_name")


async def _start(core: Core, kind: str) -> Process:
    return await core.assign(f"{kind}-executor_name", executor_type=f"{kind}-executor_type")


class TestHistory:
    async def test_recent_ones_oldest_first(self, core: Core) -> None:
        async def recent(seconds: int, state: int, who: str = "") -> list[str]:
            history = core.lifecycle.processes.submitted_within
            return names(await history(COLONY, seconds=seconds, state=state, executor_id=who))

        for name in "abcd":
            await core.submit(func_name=name, priority=-1 if name == "c" else 0)
            core.clock.advance(100)
        assert await recent(1000, ProcessState.WAITING) == [*"abcd"]
        assert await recent(250, ProcessState.WAITING) == [*"cd"]
        assert await recent(0, ProcessState.WAITING) == []
        for name in ("one", "two", "one"):
            await core.succeed(await core.assign(name), name)
        assert await recent(10**6, ProcessState.SUCCESS) == [*"abd"]
        assert await recent(250, ProcessState.SUCCESS) == ["d"]
        assert await recent(10**6, ProcessState.SUCCESS, executor_id("two")) == ["b"]
        assert await recent(10**12, ProcessState.WAITING) == ["c"]

    async def test_refused(self, core: Core) -> None:
        with pytest.raises(Invalid):
            await core.lifecycle.processes.submitted_within(COLONY, seconds=1, state=9)
