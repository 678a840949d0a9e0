"""What happens in the server's core all the time, done once: for tests of what it asks the database."""

from colonysdk.objects import Cron, Generator, ProcessState, WorkflowSpec
from colonyserver.storage.workflows import leaf_outputs_json, workflow_state
from tests.support.core import ALICE, ALICE_CALLS, COLONY, TYPE, Core, asker, caller
from tests.support.schedules import schedules_over
from tests.support.workflows import DIAMOND, Flow, node


async def use_everything(core: Core) -> None:
    """Do everything that happens all the time."""
    waiting = await core.submit(env={"A": "B"}, label="l", max_wait_time=60, mem="1Gi", executor_names=["one"])
    await core.lifecycle.closing.cancel(caller("one"), waiting.process_id)
    for _ in range(4):
        await core.submit(max_exec_time=10, max_retries=1)
    process = await core.assign("one", mem=1 << 20)
    await core.lifecycle.logs.add(caller("one"), process.process_id, "line")
    await core.lifecycle.logs.read(COLONY, process_id=process.process_id, count=10, since=1)
    await core.lifecycle.logs.read(COLONY, process_id=process.process_id, count=10, latest=True)
    await core.lifecycle.logs.read(COLONY, executor_name="one", count=10)
    await core.lifecycle.logs.search(COLONY, "line", days=1, count=10)
    await core.lifecycle.closing.set_output(caller("one"), process.process_id, [1])
    await core.succeed(process)
    core.lifecycle.assignment.give_back(await core.lifecycle.assignment.assign(asker("one"), -1))
    await core.lifecycle.requeueing.drain()
    await core.assign("one")
    core.clock.advance(11)
    await core.lifecycle.expiry.expire()
    processes = core.lifecycle.processes
    for state in ProcessState:
        for filters in ({}, {"executor_type": TYPE}, {"label": "l"}, {"initiator": "alice"}):
            await processes.all(COLONY, state=state, count=10, **filters)
        await processes.submitted_within(COLONY, seconds=60, state=state)
    await processes.find(ALICE_CALLS, process.process_id)
    await core.lifecycle.presence.flush()
    await core.lifecycle.removal.remove(caller("one"), process.process_id)
    await core.lifecycle.removal.remove_all(COLONY, -1)
    await _use_workflows(core)
    await _use_schedules(core)


async def _use_schedules(core: Core) -> None:
    schedules = schedules_over(core)
    text = WorkflowSpec(function_specs=[node("root")]).to_json().decode()
    cron = await schedules.crons.add(
        ALICE, Cron(name="c", interval=1, workflow_spec=text, wait_for_prev_process_graph=True)
    )
    generator = await schedules.generators.add(ALICE, Generator(name="g", trigger=1, workflow_spec=text))
    await schedules.generators.pack(ALICE_CALLS, generator.generator_id, "arg")
    for _ in range(2):
        core.clock.advance(2)
        await schedules.cron_runs.run_due()
        await schedules.generator_runs.run_due()
    before = await schedules.crons.find(ALICE_CALLS, cron.cron_id)
    await core.lifecycle.workflow_cancelling.cancel(ALICE_CALLS, before.previous_workflow_id)
    await schedules.cron_runs.run_due()
    await schedules.cron_runs.run(ALICE_CALLS, cron.cron_id)
    await schedules.crons.all(COLONY, 10)
    await schedules.crons.remove(ALICE_CALLS, cron.cron_id)
    await schedules.generators.find_by_name(COLONY, "g")
    await schedules.generators.all(COLONY, 10)
    await schedules.generators.remove(ALICE_CALLS, generator.generator_id)


async def _use_workflows(core: Core) -> None:
    flow = await Flow.submit(core, **DIAMOND)
    await flow.start("a")
    spec = node("e", colony_name=COLONY)
    await core.lifecycle.workflow_growth.insert(caller("one"), spec, flow.id, flow.ids["a"])
    await core.lifecycle.workflow_growth.append(caller("one"), spec, flow.id, flow.ids["a"], flow.ids["d"])
    await flow.succeed("a", 1)
    await flow.graph()
    for state in ProcessState:
        await core.lifecycle.workflow_reading.all(COLONY, state=state, count=10)
    await core.database.read(lambda connection: leaf_outputs_json(connection, flow.id))
    await core.database.read(lambda connection: workflow_state(connection, flow.id))
    failing = await core.assign()
    await core.lifecycle.closing.fail(caller("one"), failing.process_id, ["no"])
    await flow.cancel()
    await core.lifecycle.workflow_removal.remove(caller("one"), flow.id)
    await core.lifecycle.workflow_removal.remove_all(COLONY, -1)
