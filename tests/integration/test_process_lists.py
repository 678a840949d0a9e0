"""Reading processes: the order and the filters of the wire."""

import pytest

from colonysdk.objects import ProcessState
from colonyserver.errors import Forbidden, Invalid, NotFound
from colonyserver.storage.process_record import ProcessRecord
from tests.support.core import COLONY, Core, caller, executor_id


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
