"""What a client may rely on about everything but processes, from whichever colony answers."""

import pytest

from colonysdk import messages
from colonysdk.client import ColonyClient
from colonysdk.errors import InvalidSettings
from colonysdk.identity import Identity
from colonysdk.objects import (
    AttributeType,
    Capabilities,
    Executor,
    ExecutorState,
    Function,
    Hardware,
    Process,
    User,
    attribute_id,
)
from tests.contract.world import EXECUTOR_TYPE, World, refusal_of


class TestLogs:
    async def test_since_is_exclusive_and_latest_is_the_tail(self, world: World) -> None:
        alice, worker, process_id = await _running(world)
        for text in ("one\n", "two\n", "three\n"):
            await worker.add_log(process_id, text)
        logs = await alice.logs(process_id)
        assert [log.message for log in logs] == ["one\n", "two\n", "three\n"]
        assert logs[0].timestamp < logs[1].timestamp < logs[2].timestamp
        assert {(log.process_id, log.executor_name, log.colony_name) for log in logs} == {
            (process_id, "worker", world.name)
        }
        assert await alice.logs(process_id, since=logs[0].timestamp) == logs[1:]
        assert await alice.logs(process_id, count=2) == logs[:2]
        assert await alice.logs(process_id, count=2, latest=True) == logs[1:]
        assert await alice.logs(process_id, since=logs[2].timestamp) == []

    async def test_only_the_executor_of_a_running_process_may_write(self, world: World) -> None:
        alice, worker, process_id = await _running(world)
        assert (await refusal_of(alice.add_log(process_id, "no"))).forbidden
        await worker.close(process_id)
        assert (await refusal_of(worker.add_log(process_id, "late"))).forbidden

    async def test_executor_logs(self, world: World) -> None:
        alice, worker, process_id = await _running(world)
        await worker.add_executor_log("worker", "started")
        await worker.add_log(process_id, "working")
        logs = await alice.logs(executor_name="worker")
        assert [(log.process_id, log.message) for log in logs] == [("", "started"), (process_id, "working")]

    async def test_search(self, world: World) -> None:
        alice, worker, process_id = await _running(world)
        await worker.add_log(process_id, "all is well")
        await worker.add_log(process_id, "all is lost")
        assert [log.message for log in await alice.search_logs("lost")] == ["all is lost"]
        assert await alice.search_logs("LOST") == []

    async def test_limits(self, world: World) -> None:
        alice, _, process_id = await _running(world)
        assert (await refusal_of(alice.logs(process_id, count=501))).status == 403
        assert (await refusal_of(alice.search_logs("x", count=101))).status == 400
        assert (await refusal_of(alice.search_logs("x", days=31))).status == 400


class TestAttributes:
    async def test_added_to_the_process(self, world: World) -> None:
        alice, worker, process_id = await _running(world)
        added = await worker.add_attribute(process_id, "key", "value")
        assert added.attribute_id == attribute_id(process_id, "key", AttributeType.OUT)
        assert (await alice.attribute(added.attribute_id)).value == "value"
        found = (await alice.process(process_id)).attributes
        assert [(attribute.key, attribute.value) for attribute in found] == [("key", "value")]

    async def test_one_value_for_each_key(self, world: World) -> None:
        _, worker, process_id = await _running(world)
        await worker.add_attribute(process_id, "key", "value")
        assert (await refusal_of(worker.add_attribute(process_id, "key", "other"))).status == 400

    async def test_only_the_executor_of_a_running_process_may_write(self, world: World) -> None:
        alice, worker, process_id = await _running(world)
        assert (await refusal_of(alice.add_attribute(process_id, "key", "value"))).forbidden
        await worker.close(process_id)
        assert (await refusal_of(worker.add_attribute(process_id, "key", "value"))).forbidden


class TestExecutors:
    async def test_approval(self, world: World) -> None:
        alice = await world.client()
        identity = Identity.generate()
        added = await alice.add_executor(_executor(world, identity, "new"))
        assert added.state is ExecutorState.PENDING
        newcomer = await world.client(identity)
        refusal = await refusal_of(newcomer.assign(-1))
        assert (refusal.status, refusal.message) == (
            403,
            f"Access denied, not a member of Colony with name <{world.name}>",
        )
        await alice.approve_executor("new")
        assert await newcomer.assign(-1) is None
        await alice.reject_executor("new")
        assert (await refusal_of(newcomer.assign(-1))).forbidden
        states = {executor.executor_name: executor.state for executor in await alice.executors()}
        assert states == {"worker": ExecutorState.APPROVED, "new": ExecutorState.REJECTED}

    async def test_names_are_unique(self, world: World) -> None:
        alice = await world.client()
        assert (await refusal_of(alice.add_executor(_executor(world, Identity.generate(), "worker")))).status == 400

    async def test_asking_for_work_is_a_sign_of_life(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        assert (await alice.executor("worker")).last_heard_from_time is None
        await worker.assign(-1)
        assert (await alice.executor("worker")).last_heard_from_time is not None

    async def test_capabilities_are_the_executors_own(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        capabilities = Capabilities(hardware=[Hardware(cpu="2000m", mem="4Gi")])
        await worker.update_capabilities("worker", capabilities)
        assert (await alice.executor("worker")).capabilities.hardware == capabilities.hardware
        assert (await refusal_of(alice.update_capabilities("worker", capabilities))).status == 400

    async def test_unknown_executor(self, world: World) -> None:
        assert (await refusal_of((await world.client()).executor("nobody"))).status == 500

    async def test_removed_executor_stays_on_the_list(self, world: World) -> None:
        alice = await world.client()
        await alice.remove_executor("worker")
        assert [executor.state for executor in await alice.executors()] == [ExecutorState.UNREGISTERED]
        assert (await alice.statistics()).unregistered_executors == 1

    async def test_functions(self, world: World) -> None:
        alice, worker = await world.client(), await world.client(world.worker)
        function = Function(colony_name=world.name, executor_name="worker", func_name="execute")
        added = await worker.add_function(function)
        assert added.function_id
        assert [(found.executor_name, found.func_name) for found in await alice.functions()] == [("worker", "execute")]
        assert await alice.functions("nobody") == []
        assert (await refusal_of(alice.add_function(function))).forbidden


class TestMembership:
    async def test_strangers_see_nothing(self, world: World) -> None:
        stranger = await world.client(Identity.generate())
        assert (await refusal_of(stranger.statistics())).forbidden
        assert (await refusal_of(stranger.submit(world.specification()))).forbidden

    async def test_the_owner_is_no_member(self, world: World) -> None:
        owner = await world.client(world.owner)
        assert (await refusal_of(owner.statistics())).forbidden

    async def test_users_come_and_go(self, world: World) -> None:
        alice = await world.client()
        bob = Identity.generate()
        await alice.add_user(User(colony_name=world.name, user_id=bob.id, name="bob"))
        assert [user.name for user in await alice.users()] == ["alice", "bob"]
        as_bob = await world.client(bob)
        assert (await as_bob.submit(world.specification())).initiator_name == "bob"
        await alice.remove_user("bob")
        assert (await refusal_of(as_bob.statistics())).forbidden

    async def test_only_the_owner_administrates(self, world: World) -> None:
        alice = await world.client()
        refusal = await refusal_of(
            alice.send(messages.ApproveExecutor(colony_name=world.name, executor_name="worker"), identity=world.user)
        )
        assert (refusal.status, refusal.message) == (403, "Access denied, not colony owner")

    async def test_calls_for_owners_need_the_key(self, world: World) -> None:
        alice = await world.client()
        alice.owner = None
        with pytest.raises(InvalidSettings, match="COLONIES_COLONY_PRVKEY"):
            await alice.pause()

    async def test_server_answers_everybody(self, world: World) -> None:
        alice = await world.client()
        alice.identity = None
        assert await alice.alive()
        assert (await alice.server_info()).build_version
        assert (await alice.version()).msg_type == "versionmsg"


async def _running(world: World) -> tuple[ColonyClient, ColonyClient, str]:
    alice, worker = await world.client(), await world.client(world.worker)
    await alice.submit(world.specification())
    process: Process | None = await worker.assign(10)
    assert process is not None
    return alice, worker, process.process_id


def _executor(world: World, identity: Identity, name: str) -> Executor:
    return Executor(executor_id=identity.id, executor_name=name, executor_type=EXECUTOR_TYPE, colony_name=world.name)
