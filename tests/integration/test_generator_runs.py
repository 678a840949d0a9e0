"""Generators: queues that are kept in order, and the workflows they become; with a clock that can be set."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from colonysdk.objects import Generator
from colonyserver.access import Caller, Member
from colonyserver.background.generators import GeneratorLoop
from colonyserver.background.supervisor import Supervisor
from colonyserver.clock import NANOSECONDS
from colonyserver.errors import Conflict, Invalid, Refusal
from colonyserver.services import generators as limits
from colonyserver.services.generator_runs import GeneratorRuns
from colonyserver.services.generators import GeneratorService
from colonyserver.services.schedules import Schedules
from colonyserver.storage.generators import GeneratorRecord
from colonyserver.storage.users import remove_user
from tests.support.core import ALICE, ALICE_CALLS, COLONY, TYPE, Core
from tests.support.schedules import schedules_over


@pytest.fixture
def generators(schedules: Schedules) -> GeneratorService:
    return schedules.generators


@pytest.fixture
def runs(schedules: Schedules) -> GeneratorRuns:
    return schedules.generator_runs


def generator(trigger: int, timeout: int = 0, **fields: Any) -> Generator:
    conditions = {"executortype": TYPE}
    specs = [
        {"nodename": "root", "funcname": "f", "args": ["own"], "kwargs": {"k": 1}, "conditions": conditions},
        {"nodename": "end", "funcname": "g", "args": ["own"], "conditions": {**conditions, "dependencies": ["root"]}},
    ]
    text = json.dumps({"colonyname": COLONY, "functionspecs": specs})
    known: dict[str, Any] = {"name": "g", "workflow_spec": text, "trigger": trigger, "timeout": timeout}
    return Generator(**known | fields)


async def pack(generators: GeneratorService, record: GeneratorRecord, *args: str) -> None:
    for arg in args:
        await generators.pack(ALICE_CALLS, record.generator_id, arg)


async def get(generators: GeneratorService, record: GeneratorRecord) -> GeneratorRecord:
    return await generators.find(ALICE_CALLS, record.generator_id)


async def packed_args(core: Core) -> list[Any]:
    """The arguments of the roots that were submitted, oldest first."""
    rows = await core.rows("SELECT spec_json FROM process WHERE parents_json = '[]' ORDER BY process_id")
    return [json.loads(spec_json)["args"] for (spec_json,) in rows]


class TestTrigger:
    async def test_as_many_as_make_whole_workflows(
        self, core: Core, generators: GeneratorService, runs: GeneratorRuns
    ) -> None:
        added = await generators.add(ALICE, generator(3))
        await pack(generators, added, *"abcdefg")
        assert (await get(generators, added)).queue_size == 7
        assert await runs.run_due() is None
        assert await packed_args(core) == [["a", "b", "c"], ["d", "e", "f"]]
        after = await get(generators, added)
        assert (after.queue_size, after.queue_bytes) == (1, 1)
        assert after.first_packed_at is not None
        assert after.last_run_at is not None
        assert await core.rows("SELECT arg FROM generator_argument") == [("g",)]

    async def test_the_workflow(self, core: Core, generators: GeneratorService, runs: GeneratorRuns) -> None:
        added = await generators.add(ALICE, generator(1))
        await pack(generators, added, "x")
        await runs.run_due()
        root = await core.assign()
        assert (root.spec.args, root.spec.kwargs, root.initiator_name) == (["x"], {}, "alice")
        await core.succeed(root)
        end = await core.assign()
        assert end.spec.args == ["own"]
        assert end.process_graph_id == root.process_graph_id

    async def test_too_few(self, core: Core, generators: GeneratorService, runs: GeneratorRuns) -> None:
        added = await generators.add(ALICE, generator(3))
        await pack(generators, added, "a", "b")
        core.clock.advance(10**6)
        assert await runs.run_due() is None
        assert await packed_args(core) == []
        await pack(generators, added, "c")
        await runs.run_due()
        assert await packed_args(core) == [["a", "b", "c"]]

    async def test_more_workflows_than_one_transaction_takes(
        self, core: Core, generators: GeneratorService, runs: GeneratorRuns
    ) -> None:
        added = await generators.add(ALICE, generator(2))
        await pack(generators, added, *(f"{number:03}" for number in range(65)))
        await runs.run_due()
        assert await packed_args(core) == [[f"{number:03}", f"{number + 1:03}"] for number in range(0, 64, 2)]
        assert (await get(generators, added)).queue_size == 1

    async def test_two_servers(self, core: Core, generators: GeneratorService, runs: GeneratorRuns) -> None:
        added = await generators.add(ALICE, generator(1))
        await pack(generators, added, "a", "b")
        other = schedules_over(core).generator_runs
        await asyncio.gather(runs.run_due(), other.run_due(), runs.run_due())
        assert await packed_args(core) == [["a"], ["b"]]


class TestTimeout:
    async def test_from_the_first_argument(self, core: Core, generators: GeneratorService, runs: GeneratorRuns) -> None:
        added = await generators.add(ALICE, generator(10, timeout=20))
        await pack(generators, added, "a")
        core.clock.advance(15)
        await pack(generators, added, "b")
        next_due_at = await runs.run_due()
        first_packed_at = (await get(generators, added)).first_packed_at
        assert first_packed_at is not None
        assert next_due_at == first_packed_at + 20 * NANOSECONDS
        assert await packed_args(core) == []
        core.clock.advance(6)
        await runs.run_due()
        assert await packed_args(core) == [["a", "b"]]
        assert (await get(generators, added)).queue_size == 0

    async def test_then_from_the_last_run(self, core: Core, generators: GeneratorService, runs: GeneratorRuns) -> None:
        added = await generators.add(ALICE, generator(10, timeout=20))
        await pack(generators, added, "a")
        core.clock.advance(21)
        await runs.run_due()
        core.clock.advance(15)
        await pack(generators, added, "b")
        await runs.run_due()
        assert await packed_args(core) == [["a"]]
        core.clock.advance(6)
        await runs.run_due()
        assert await packed_args(core) == [["a"], ["b"]]

    async def test_an_empty_queue_makes_nothing(
        self, core: Core, generators: GeneratorService, runs: GeneratorRuns
    ) -> None:
        await generators.add(ALICE, generator(10, timeout=1))
        core.clock.advance(100)
        assert await runs.run_due() is None
        assert await packed_args(core) == []


class TestFailure:
    async def test_arguments_are_kept_when_their_member_has_left(
        self, core: Core, generators: GeneratorService, runs: GeneratorRuns
    ) -> None:
        added = await generators.add(ALICE, generator(1))
        await core.database.write(lambda connection: remove_user(connection, COLONY, "alice"))
        await pack(generators, added, "a")
        next_due_at = await runs.run_due()
        assert next_due_at is not None
        assert 50 * NANOSECONDS < next_due_at - core.clock.now() <= 60 * NANOSECONDS
        await pack(generators, added, "b")
        assert await runs.run_due() == next_due_at
        assert (await get(generators, added)).queue_size == 2
        assert await packed_args(core) == []


class TestLimits:
    @pytest.mark.parametrize("trigger", [0, -1, limits.MAX_QUEUE + 1])
    async def test_a_trigger_that_never_fires(self, generators: GeneratorService, trigger: int) -> None:
        with pytest.raises(Invalid, match="trigger"):
            await generators.add(ALICE, generator(trigger))

    async def test_a_large_argument(self, generators: GeneratorService) -> None:
        added = await generators.add(ALICE, generator(2))
        with pytest.raises(Invalid, match="arg: it is longer"):
            await pack(generators, added, "é" * (1 << 19) + "x")
        await pack(generators, added, "é" * (1 << 19))
        assert (await get(generators, added)).queue_bytes == 1 << 20

    async def test_a_queue_of_many_bytes(self, generators: GeneratorService) -> None:
        added = await generators.add(ALICE, generator(100))
        await pack(generators, added, *(["x" * (1 << 20)] * 16))
        with pytest.raises(Conflict, match="is full with 16 arguments"):
            await pack(generators, added, "x")

    async def test_more_roots_get_fewer_bytes(self, generators: GeneratorService) -> None:
        roots = [{"nodename": f"n{number}", "conditions": {"executortype": TYPE}} for number in range(64)]
        added = await generators.add(ALICE, generator(100, workflow_spec=json.dumps({"functionspecs": roots})))
        with pytest.raises(Invalid, match="arg: it is longer than 262144 bytes"):
            await pack(generators, added, "x" * 262_145)
        await pack(generators, added, "x" * 262_144)
        with pytest.raises(Conflict, match="at most 10000 and 262144"):
            await pack(generators, added, "x")

    async def test_a_queue_of_many_arguments(
        self, generators: GeneratorService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "MAX_QUEUE", 3)
        added = await generators.add(ALICE, generator(3))
        await pack(generators, added, "a", "b", "c")
        with pytest.raises(Conflict, match="is full"):
            await pack(generators, added, "d")

    async def test_only_members_pack(self, generators: GeneratorService) -> None:
        added = await generators.add(ALICE, generator(1))
        stranger = Caller("f" * 64, members={"other": Member("f" * 64, "other", "mallory")})
        with pytest.raises(Refusal) as caught:
            await generators.pack(stranger, added.generator_id, "x")
        assert caught.value.status == 403

    async def test_removal_empties_the_queue(self, core: Core, generators: GeneratorService) -> None:
        added = await generators.add(ALICE, generator(10))
        await pack(generators, added, "a", "b")
        await generators.remove(ALICE_CALLS, added.generator_id)
        assert await core.rows("SELECT * FROM generator_argument") == []


@pytest.fixture
async def looping(core: Core, schedules: Schedules) -> AsyncIterator[GeneratorService]:
    supervisor = Supervisor([GeneratorLoop(schedules.generator_runs, core.events, core.clock)])
    supervisor.start()
    yield schedules.generators
    await supervisor.stop()


async def test_packing_wakes_the_loop(core: Core, looping: GeneratorService) -> None:
    full = await looping.add(ALICE, generator(2, name="full"))
    late = await looping.add(ALICE, generator(2, timeout=1, name="late"))
    await pack(looping, full, "a", "b")
    await pack(looping, late, "c")
    async with asyncio.timeout(20):
        while len(await packed_args(core)) < 2:
            await asyncio.sleep(0.02)
    assert await packed_args(core) == [["a", "b"], ["c"]]
