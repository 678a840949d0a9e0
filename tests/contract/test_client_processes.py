"""What a client may rely on about processes, from whichever colony answers."""

import asyncio
from contextlib import aclosing

import pytest

from colonysdk import messages
from colonysdk.client import ColonyClient
from colonysdk.identity import Identity
from colonysdk.objects import AttributeType, Conditions, Executor, Process, ProcessState
from tests.contract.world import EXECUTOR_TYPE, World, refusal_of

_SOON_SECONDS = 10


class TestLife:
    async def test_submit_assign_close(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        submitted = await alice.submit(
            world.specification(args=["hi", 1], kwargs={"a": [1]}, label="/l", env={"K": "v"})
        )
        assert (submitted.state, submitted.is_assigned) == (ProcessState.WAITING, False)
        assert (submitted.initiator_id, submitted.initiator_name) == (world.user.id, "alice")
        assert submitted.spec.args == ["hi", 1]
        assert [(attribute.attribute_type, attribute.key, attribute.value) for attribute in submitted.attributes] == [
            (AttributeType.ENV, "K", "v")
        ]

        running = await worker.assign(_SOON_SECONDS)
        assert running is not None
        assert (running.process_id, running.state) == (submitted.process_id, ProcessState.RUNNING)
        assert running.assigned_executor_id == world.worker.id

        await worker.close(running.process_id, [1, "a"])
        done = await alice.process(running.process_id)
        assert (done.state, done.output, done.is_assigned, done.errors) == (ProcessState.SUCCESS, [1, "a"], True, [])
        assert done.submission_time is not None
        assert done.start_time is not None
        assert done.end_time is not None
        assert done.submission_time <= done.start_time <= done.end_time

    async def test_fail(self, world: World) -> None:
        alice, worker, running = await _running(world)
        await worker.fail(running.process_id, ["one", "two"])
        failed = await alice.process(running.process_id)
        assert (failed.state, failed.errors) == (ProcessState.FAILED, ["one", "two"])

    async def test_output_set_before_the_end_is_kept(self, world: World) -> None:
        alice, worker, running = await _running(world)
        await worker.set_output(running.process_id, ["early"])
        await worker.close(running.process_id)
        assert (await alice.process(running.process_id)).output == ["early"]

    async def test_cancelled_process_cannot_be_closed(self, world: World) -> None:
        alice, worker, running = await _running(world)
        await alice.cancel(running.process_id)
        assert (await alice.process(running.process_id)).state is ProcessState.CANCELLED
        refusal = await refusal_of(worker.close(running.process_id))
        assert (refusal.status, refusal.message) == (400, "Tried to set cancelled process as successful")

    async def test_ended_process_cannot_be_cancelled(self, world: World) -> None:
        alice, worker, running = await _running(world)
        await worker.close(running.process_id)
        refusal = await refusal_of(alice.cancel(running.process_id))
        assert (refusal.status, refusal.message) == (400, "Tried to cancel successful process")

    async def test_remove(self, world: World) -> None:
        alice, worker, running = await _running(world)
        assert (await refusal_of(alice.remove_process(running.process_id))).status == 400
        await worker.close(running.process_id)
        await alice.remove_process(running.process_id)
        assert (await refusal_of(alice.process(running.process_id))).not_found

    async def test_only_its_executor_may_end_a_process(self, world: World) -> None:
        alice, _, running = await _running(world)
        assert (await refusal_of(alice.close(running.process_id))).forbidden
        other = await _add_executor(world, "other")
        assert (await refusal_of(other.fail(running.process_id, ["no"]))).forbidden


class TestAssignment:
    async def test_nothing_to_do(self, world: World) -> None:
        worker = await world.client(world.worker)
        assert await worker.assign(-1) is None
        assert await worker.assign(1) is None
        assert (await refusal_of(worker.assign(0))).status == 400

    async def test_waiting_executor_gets_what_is_submitted(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        waiting = asyncio.create_task(worker.assign(30))
        submitted = await alice.submit(world.specification())
        running = await asyncio.wait_for(waiting, timeout=20)
        assert running is not None
        assert running.process_id == submitted.process_id

    async def test_priority_goes_first_then_age(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        first = await alice.submit(world.specification())
        second = await alice.submit(world.specification())
        urgent = await alice.submit(world.specification(priority=1))
        expected = [urgent.process_id, first.process_id, second.process_id]
        listed = await alice.processes(ProcessState.WAITING)
        assert [process.process_id for process in listed] == expected
        assert [process.process_id for process in [await _next(worker) for _ in expected]] == expected

    async def test_names_decide(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        other = await _add_executor(world, "other")
        named = Conditions(executor_type=EXECUTOR_TYPE, executor_names=["other"])
        submitted = await alice.submit(world.specification(conditions=named))
        assert await worker.assign(-1) is None
        assert (await _next(other)).process_id == submitted.process_id

    @pytest.mark.parametrize(
        ("conditions", "cpu", "mem"),
        [
            (Conditions(executor_type=EXECUTOR_TYPE, cpu="2000m"), "1500m", ""),
            (Conditions(executor_type=EXECUTOR_TYPE, mem="2Gi"), "", "1Gi"),
            (Conditions(executor_type="another"), "", ""),
            (Conditions(executor_type=EXECUTOR_TYPE, location_name="elsewhere"), "", ""),
        ],
    )
    async def test_what_does_not_fit_waits(self, world: World, conditions: Conditions, cpu: str, mem: str) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        await alice.submit(world.specification(conditions=conditions))
        assert await worker.assign(-1, available_cpu=cpu, available_mem=mem) is None

    async def test_what_fits_is_taken(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        wanted = Conditions(executor_type=EXECUTOR_TYPE, cpu="1000m", mem="1Gi", executor_names=["*"])
        await alice.submit(world.specification(conditions=wanted))
        assert await worker.assign(-1, available_cpu="1000m", available_mem="1Gi") is not None

    async def test_pause_and_resume(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        await alice.pause()
        assert await alice.paused()
        submitted = await alice.submit(world.specification())
        assert await worker.assign(-1) is None
        waiting = asyncio.create_task(worker.assign(30))
        await alice.resume()
        running = await asyncio.wait_for(waiting, timeout=20)
        assert running is not None
        assert running.process_id == submitted.process_id
        assert not await alice.paused()

    async def test_users_cannot_take_processes(self, world: World) -> None:
        assert (await refusal_of((await world.client()).assign(-1))).status == 500

    async def test_processes_of_a_removed_executor_wait_again(self, world: World) -> None:
        alice, _, running = await _running(world)
        other = await _add_executor(world, "other")
        await alice.remove_executor("worker")
        waiting = await alice.process(running.process_id)
        assert (waiting.state, waiting.retries, waiting.start_time) == (ProcessState.WAITING, 0, None)
        assert (await _next(other)).process_id == running.process_id


class TestDeadlines:
    async def test_execution_deadline_without_retries(self, world: World) -> None:
        alice, _, running = await _running(world, max_exec_time=1)
        failed = await _reaches(alice, running, ProcessState.FAILED)
        assert failed.errors == ["Maximum execution time limit exceeded"]

    async def test_execution_deadline_with_a_retry(self, world: World) -> None:
        alice, worker, running = await _running(world, max_exec_time=1, max_retries=1)
        waiting = await _reaches(alice, running, ProcessState.WAITING)
        assert (waiting.retries, waiting.is_assigned, waiting.assigned_executor_id) == (1, False, "")
        await _next(worker)
        assert (await _reaches(alice, running, ProcessState.FAILED)).retries == 1

    async def test_wait_deadline(self, world: World) -> None:
        alice = await world.client()
        submitted = await alice.submit(world.specification(max_wait_time=1))
        failed = await _reaches(alice, submitted, ProcessState.FAILED)
        assert (failed.errors, failed.start_time) == (["Maximum waiting time limit exceeded"], None)

    async def test_zero_means_no_limit(self, world: World) -> None:
        _, worker, running = await _running(world, max_exec_time=0)
        await worker.close(running.process_id)


class TestSubscription:
    async def test_state_already_reached(self, world: World) -> None:
        alice, worker, running = await _running(world)
        await worker.close(running.process_id)
        assert (await _reaches(alice, running, ProcessState.SUCCESS)).process_id == running.process_id

    async def test_every_state_is_told(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        submitted = await alice.submit(world.specification())
        await _reaches(alice, submitted, ProcessState.WAITING)
        success = asyncio.create_task(_reaches(alice, submitted, ProcessState.SUCCESS))
        await _next(worker)
        await _reaches(alice, submitted, ProcessState.RUNNING)
        await worker.close(submitted.process_id, ["done"])
        assert (await success).output == ["done"]

    async def test_end_of_time(self, world: World) -> None:
        alice = await world.client()
        submitted = await alice.submit(world.specification())
        events = [event async for event in alice.subscribe_process(submitted.process_id, ProcessState.SUCCESS, 1)]
        assert events == []

    async def test_unknown_process(self, world: World) -> None:
        alice = await world.client()
        async with aclosing(alice.subscribe_process("0" * 64, ProcessState.SUCCESS, 5)) as events:
            assert (await refusal_of(anext(events))).forbidden


class TestListing:
    async def test_by_state_type_label_and_initiator(self, world: World) -> None:
        alice = await world.client()
        plain = await alice.submit(world.specification())
        labelled = await alice.submit(world.specification(label="/x"))
        other_type = await alice.submit(world.specification(conditions=Conditions(executor_type="other")))
        everything = {plain.process_id, labelled.process_id, other_type.process_id}
        waiting = ProcessState.WAITING
        assert _ids(await alice.processes(waiting)) == everything
        assert _ids(await alice.processes(waiting, executor_type="other")) == {other_type.process_id}
        assert _ids(await alice.processes(waiting, label="/x")) == {labelled.process_id}
        assert _ids(await alice.processes(waiting, initiator="alice")) == everything
        assert len(await alice.processes(waiting, 2)) == 2
        assert await alice.processes(ProcessState.FAILED) == []

    async def test_ended_processes_newest_first(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        ended = []
        for _ in range(3):
            await alice.submit(world.specification())
            running = await _next(worker)
            await worker.close(running.process_id)
            ended.append(running.process_id)
        listed = await alice.processes(ProcessState.SUCCESS)
        assert [process.process_id for process in listed] == ended[::-1]

    async def test_history(self, world: World) -> None:
        alice = await world.client()
        submitted = [await alice.submit(world.specification()) for _ in range(3)]
        history = await alice.process_history(60, ProcessState.WAITING)
        assert [process.process_id for process in history] == [process.process_id for process in submitted]

    async def test_limits(self, world: World) -> None:
        alice = await world.client()
        assert (await refusal_of(alice.processes(ProcessState.WAITING, 101))).status == 400
        unlisted = messages.GetProcesses(colony_name=world.name, count=1, state=-1)
        assert (await refusal_of(alice.send(unlisted))).status == 400

    async def test_statistics(self, world: World) -> None:
        alice, worker, running = await _running(world)
        await worker.close(running.process_id)
        await alice.submit(world.specification())
        counts = await alice.statistics()
        assert (counts.waiting_processes, counts.running_processes, counts.successful_processes) == (1, 0, 1)
        assert (counts.failed_processes, counts.cancelled_processes, counts.executors) == (0, 0, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"priority": 50_001},
        {"conditions": Conditions(executor_type="t", mem="much")},
        {"conditions": Conditions(cpu="-1m")},
    ],
)
async def test_bad_specifications_are_refused(world: World, wrong: dict[str, object]) -> None:
    alice = await world.client()
    assert (await refusal_of(alice.submit(world.specification(**wrong)))).status == 400  # type: ignore[arg-type]  # one of each


async def _running(world: World, **fields: object) -> tuple[ColonyClient, ColonyClient, Process]:
    alice, worker = await world.client(), await world.client(world.worker)
    await alice.submit(world.specification(**fields))  # type: ignore[arg-type]  # fields of a specification
    return alice, worker, await _next(worker)


async def _next(worker: ColonyClient) -> Process:
    process = await worker.assign(_SOON_SECONDS)
    assert process is not None, "nothing was assigned"
    return process


async def _add_executor(world: World, name: str) -> ColonyClient:
    owner = await world.client()
    identity = Identity.generate()
    await owner.add_executor(
        Executor(executor_id=identity.id, executor_name=name, executor_type=EXECUTOR_TYPE, colony_name=world.name)
    )
    await owner.approve_executor(name)
    return await world.client(identity)


async def _reaches(client: ColonyClient, process: Process, state: ProcessState) -> Process:
    async with aclosing(client.subscribe_process(process.process_id, state, _SOON_SECONDS)) as events:
        return await anext(events)


def _ids(processes: list[Process]) -> set[str]:
    return {process.process_id for process in processes}
