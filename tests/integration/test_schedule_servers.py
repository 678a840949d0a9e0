"""Crons and generators on several servers at the same moment: every run happens once."""

import asyncio
import json

import pytest

from colonysdk.objects import Cron, Generator, WorkflowSpec
from colonyserver.services.schedules import Schedules
from tests.support.core import ALICE, ALICE_CALLS, Core
from tests.support.schedules import schedules_over
from tests.support.workflows import node

pytestmark = pytest.mark.postgresql

WORKFLOW = WorkflowSpec(function_specs=[node("root")]).to_json().decode()


async def test_every_cron_runs_once(cores: tuple[Core, Core]) -> None:
    first, second = map(schedules_over, cores)
    for number in range(40):
        await first.crons.add(ALICE, Cron(name=f"c{number}", interval=60, workflow_spec=WORKFLOW))
    for core in cores:
        core.clock.advance(61)
    await asyncio.gather(first.cron_runs.run_due(), second.cron_runs.run_due())
    assert await cores[0].rows("SELECT count(*) FROM workflow") == [(40,)]
    linked = "SELECT count(*) FROM cron JOIN workflow ON workflow.workflow_id = cron.previous_workflow_id"
    assert await cores[1].rows(linked) == [(40,)]


async def test_every_argument_is_taken_once_and_in_order(cores: tuple[Core, Core]) -> None:
    first, second = map(schedules_over, cores)
    added = await first.generators.add(ALICE, Generator(name="g", trigger=2, workflow_spec=WORKFLOW))

    async def pack(schedules: Schedules, start: int) -> None:
        for number in range(start, start + 40):
            await schedules.generators.pack(ALICE_CALLS, added.generator_id, str(number))
            await schedules.generator_runs.run_due()

    await asyncio.gather(pack(first, 0), pack(second, 100))
    rows = await cores[0].rows("SELECT spec_json FROM process")
    taken = [json.loads(spec_json)["args"] for (spec_json,) in rows]
    assert all(len(args) == 2 for args in taken)
    assert sorted(int(arg) for args in taken for arg in args) == [*range(40), *range(100, 140)]
    left = await first.generators.find(ALICE_CALLS, added.generator_id)
    assert (left.queue_size, left.queue_bytes) == (0, 0)
