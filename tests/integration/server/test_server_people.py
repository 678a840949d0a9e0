"""Colonies, users, executors and functions: what each message does and says, on the wire of a real server."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.identity import Identity
from colonysdk.objects import (
    Allocations,
    Capabilities,
    Colony,
    Executor,
    ExecutorState,
    Function,
    FunctionArgument,
    Hardware,
    ProcessState,
    Project,
    User,
)
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import start, submit


class TestServer:
    def test_version_and_info_need_no_signature(self, server: RunningServer) -> None:
        assert server.send(messages.GetVersion(), None).build_version
        info = server.send(messages.GetServerInfo(), None)
        assert [(backend.type, backend.port) for backend in info.backends] == [("http", server.port)]

    def test_the_payload_of_getserverinfo_is_ignored(self, server: RunningServer) -> None:
        reply = server.post(b'{"payloadtype":"getserverinfomsg","payload":"!","signature":"garbage"}')
        assert reply.status_code == 200

    def test_statistics(self, server: RunningServer, colony: ColonyKeys) -> None:
        before = server.send(messages.GetStatistics(), server.server_owner)
        server.add_executor(colony, Identity.generate(), "second")
        server.send(messages.RemoveExecutor(colony_name=colony.name, executor_name="worker"), colony.owner)
        after = server.send(messages.GetStatistics(), server.server_owner)
        assert after.colonies >= 1
        assert after.executors == before.executors

    def test_the_server_can_be_handed_over(self, server: RunningServer) -> None:
        heir = Identity.generate()
        change = messages.ChangeServerId(server_id=heir.id)
        reply = server.call(change, server.server_owner)
        assert json.loads(reply.payload_json) == {"serverid": heir.id, "msgtype": "changeserveridmsg"}
        assert server.refusal(messages.GetColonies(), server.server_owner)[0] == 403
        server.send(messages.ChangeServerId(server_id=server.server_owner.id), heir)
        assert server.refusal(messages.ChangeServerId(), server.server_owner)[0] == 400


class TestColonies:
    def test_add_and_list(self, server: RunningServer, colony: ColonyKeys) -> None:
        listed = server.send(messages.GetColonies(), server.server_owner)
        assert Colony(colony_id=colony.owner.id, name=colony.name) in listed
        assert server.send(messages.GetColony(colony_name=colony.name), colony.user).colony_id == colony.owner.id

    def test_a_name_is_taken_once(self, server: RunningServer, colony: ColonyKeys) -> None:
        again = messages.AddColony(colony=Colony(colony_id=Identity.generate().id, name=colony.name))
        assert server.refusal(again, server.server_owner) == (
            400,
            f"A Colony with name <{colony.name}> already exists",
        )

    @pytest.mark.parametrize("name", ["", "a:b", "a\nb", "a\x00b", "x" * 300])
    def test_unusable_names(self, server: RunningServer, name: str) -> None:
        message = messages.AddColony(colony=Colony(colony_id=Identity.generate().id, name=name))
        assert server.refusal(message, server.server_owner)[0] == 400

    def test_an_id_has_64_digits(self, server: RunningServer, colony: ColonyKeys) -> None:
        message = messages.AddColony(colony=Colony(colony_id="abc", name="short"))
        assert server.refusal(message, server.server_owner)[0] == 400
        change = messages.ChangeColonyId(colony_name=colony.name, colony_id="abc")
        assert server.refusal(change, colony.owner)[0] == 400

    def test_hand_over(self, server: RunningServer, colony: ColonyKeys) -> None:
        heir = Identity.generate()
        change = messages.ChangeColonyId(colony_name=colony.name, colony_id=heir.id)
        reply = server.call(change, colony.owner)
        assert json.loads(reply.payload_json)["colonyid"] == heir.id
        pause = messages.PauseAssignments(colony_name=colony.name)
        assert server.refusal(pause, colony.owner)[0] == 403
        server.send(pause, heir)

    def test_removal_takes_everything_along(self, server: RunningServer, colony: ColonyKeys) -> None:
        process = submit(server, colony)
        server.send(messages.RemoveColony(colony_name=colony.name), server.server_owner)
        assert server.refusal(messages.GetUsers(colony_name=colony.name), colony.user)[0] == 403
        gone = messages.RemoveColony(colony_name=colony.name)
        assert server.refusal(gone, server.server_owner) == (400, f"Colony with name <{colony.name}> not found")

        again = Identity.generate()
        server.send(messages.AddColony(colony=Colony(colony_id=again.id, name=colony.name)), server.server_owner)
        user = User(colony_name=colony.name, user_id=colony.user.id, name="alice")
        server.send(messages.AddUser(user=user), again)
        statistics = server.send(messages.GetColonyStatistics(colony_name=colony.name), colony.user)
        assert (statistics.executors, statistics.waiting_processes) == (0, 0)
        assert server.refusal(messages.GetProcess(process_id=process.process_id), colony.user)[0] == 404

    def test_statistics(self, server: RunningServer, colony: ColonyKeys) -> None:
        server.add_executor(colony, Identity.generate(), "gone")
        server.add_executor(colony, Identity.generate(), "new", approve=False)
        server.send(messages.RemoveExecutor(colony_name=colony.name, executor_name="gone"), colony.owner)
        counted = server.send(messages.GetColonyStatistics(colony_name=colony.name), colony.user)
        assert (counted.colonies, counted.executors) == (1, 3)
        assert (counted.active_executors, counted.unregistered_executors) == (1, 1)


class TestUsers:
    def test_add_find_list_remove(self, server: RunningServer, colony: ColonyKeys) -> None:
        bob = User(colony_name=colony.name, user_id=Identity.generate().id, name="bob", email="b@x", phone="+46 1")
        assert server.send(messages.AddUser(user=bob), colony.owner) == bob
        assert server.send(messages.GetUser(colony_name=colony.name, name="bob"), colony.user) == bob
        assert server.send(messages.GetUserById(colony_name=colony.name, user_id=bob.user_id), colony.user) == bob
        listed = server.send(messages.GetUsers(colony_name=colony.name), colony.user)
        assert [user.name for user in listed] == ["alice", "bob"]
        reply = server.call(messages.RemoveUser(colony_name=colony.name, name="bob"), colony.owner)
        assert (reply.payload_type, reply.payload_json) == ("removeusermsg", b"{}")
        assert len(server.send(messages.GetUsers(colony_name=colony.name), colony.user)) == 1

    def test_unknown(self, server: RunningServer, colony: ColonyKeys) -> None:
        name = colony.name
        assert server.refusal(messages.GetUser(colony_name=name, name="x"), colony.user) == (
            500,
            "Failed to get user, user is nil",
        )
        assert server.refusal(messages.GetUserById(colony_name=name, user_id="x"), colony.user)[0] == 404
        assert server.refusal(messages.RemoveUser(colony_name=name, name="x"), colony.owner) == (
            400,
            "User with name <x> not found",
        )

    def test_name_and_id_are_taken_once(self, server: RunningServer, colony: ColonyKeys) -> None:
        same_name = User(colony_name=colony.name, user_id=Identity.generate().id, name="alice")
        same_id = User(colony_name=colony.name, user_id=colony.user.id, name="bob")
        for user in (same_name, same_id):
            assert server.refusal(messages.AddUser(user=user), colony.owner)[0] == 400

    def test_one_key_in_two_colonies(self, server: RunningServer, colony: ColonyKeys) -> None:
        other = server.new_colony()
        guest = User(colony_name=other.name, user_id=colony.user.id, name="guest")
        server.send(messages.AddUser(user=guest), other.owner)
        for name in (colony.name, other.name):
            assert server.send(messages.GetColony(colony_name=name), colony.user).name == name

    def test_own_id_can_be_changed(self, server: RunningServer, colony: ColonyKeys) -> None:
        new = Identity.generate()
        change = messages.ChangeUserId(colony_name=colony.name, user_id=new.id)
        assert json.loads(server.call(change, colony.user).payload_json)["userid"] == new.id
        assert server.send(messages.GetUser(colony_name=colony.name, name="alice"), new).user_id == new.id
        assert server.refusal(messages.GetUsers(colony_name=colony.name), colony.user)[0] == 403
        assert server.refusal(change, colony.executor)[0] == 403
        assert server.refusal(change, new)[0] == 400

    def test_an_empty_list_is_null(self, server: RunningServer, colony: ColonyKeys) -> None:
        server.send(messages.RemoveUser(colony_name=colony.name, name="alice"), colony.owner)
        assert server.call(messages.GetUsers(colony_name=colony.name), colony.executor).payload_json == b"null"


class TestExecutors:
    def test_add(self, server: RunningServer, colony: ColonyKeys) -> None:
        heard = datetime(2026, 2, 12, 14, 10, 23, 123400, UTC)
        wanted = Executor(
            executor_id=Identity.generate().id,
            executor_type="hpc",
            executor_name="new",
            colony_name=colony.name,
            state=ExecutorState.APPROVED,
            require_func_reg=True,
            last_heard_from_time=heard,
            location_name="Umeå",
            capabilities=Capabilities(hardware=[Hardware(model="x", cores=4)]),
            blueprint_id="b",
            blueprint_gen=2,
        )
        added = server.send(messages.AddExecutor(executor=wanted), colony.owner)
        assert added.state is ExecutorState.PENDING
        assert added.commission_time is not None
        assert abs(added.commission_time - datetime.now(UTC)) < timedelta(minutes=1)
        same = {"state": added.state, "commission_time": added.commission_time}
        assert added == wanted.model_copy(update=same)
        assert server.send(messages.GetExecutor(colony_name=colony.name, executor_name="new"), colony.user) == added

    def test_list_and_states(self, server: RunningServer, colony: ColonyKeys) -> None:
        server.add_executor(colony, Identity.generate(), "second", approve=False)

        def states() -> list[tuple[str, ExecutorState]]:
            listed = server.send(messages.GetExecutors(colony_name=colony.name), colony.user)
            return [(executor.executor_name, executor.state) for executor in listed]

        assert states() == [("second", ExecutorState.PENDING), ("worker", ExecutorState.APPROVED)]
        second = {"colony_name": colony.name, "executor_name": "second"}
        for message, state in (
            (messages.ApproveExecutor(**second), ExecutorState.APPROVED),
            (messages.RejectExecutor(**second), ExecutorState.REJECTED),
            (messages.RemoveExecutor(**second), ExecutorState.UNREGISTERED),
        ):
            assert server.call(message, colony.owner).payload_json == b"{}"
            assert states()[0] == ("second", state)

    def test_unknown(self, server: RunningServer, colony: ColonyKeys) -> None:
        nobody = {"colony_name": colony.name, "executor_name": "nobody"}
        assert server.refusal(messages.GetExecutor(**nobody), colony.user)[0] == 500
        for message in (messages.ApproveExecutor, messages.RejectExecutor, messages.RemoveExecutor):
            assert server.refusal(message(**nobody), colony.owner)[0] == 500
        assert server.refusal(messages.GetExecutorById(executor_id="x"), colony.user)[0] == 404

    def test_by_id_ignores_the_colony_of_the_message(self, server: RunningServer, colony: ColonyKeys) -> None:
        message = messages.GetExecutorById(colony_name="elsewhere", executor_id=colony.executor.id)
        assert server.send(message, colony.user).executor_name == "worker"
        assert server.refusal(message, server.new_colony().user)[0] == 403

    def test_name_and_id_are_taken_once(self, server: RunningServer, colony: ColonyKeys) -> None:
        same_name = Executor(colony_name=colony.name, executor_name="worker", executor_id=Identity.generate().id)
        same_id = Executor(colony_name=colony.name, executor_name="other", executor_id=colony.executor.id)
        assert server.refusal(messages.AddExecutor(executor=same_name), colony.owner) == (
            400,
            f"Executor with name <worker> in Colony <{colony.name}> already exists",
        )
        assert server.refusal(messages.AddExecutor(executor=same_id), colony.owner)[0] == 400

    @pytest.mark.parametrize("name", ["", "a:b", "a\nb"])
    def test_unusable_names(self, server: RunningServer, colony: ColonyKeys, name: str) -> None:
        executor = Executor(colony_name=colony.name, executor_name=name, executor_id="x")
        assert server.refusal(messages.AddExecutor(executor=executor), colony.owner)[0] == 400

    def test_a_removed_name_and_a_removed_id_can_be_used_again(self, server: RunningServer, colony: ColonyKeys) -> None:
        server.send(messages.RemoveExecutor(colony_name=colony.name, executor_name="worker"), colony.owner)
        added = server.add_executor(colony, Identity.generate(), "worker")
        assert added.state is ExecutorState.PENDING
        server.add_executor(colony, colony.executor, "renamed")
        assert server.send(messages.GetExecutorById(executor_id=colony.executor.id), colony.user).executor_name == (
            "renamed"
        )

    def test_a_reused_identity_keeps_its_processes(self, server: RunningServer, colony: ColonyKeys) -> None:
        server.send(messages.RemoveExecutor(colony_name=colony.name, executor_name="worker"), colony.owner)
        server.add_executor(colony, colony.executor, "renamed")
        process = start(server, colony)
        server.send(messages.RemoveExecutor(colony_name=colony.name, executor_name="worker"), colony.owner)
        server.add_executor(colony, Identity.generate(), "worker")
        server.send(messages.CloseSuccessful(process_id=process.process_id), colony.executor)

    def test_approval_cannot_revive_an_identity_in_use(self, server: RunningServer, colony: ColonyKeys) -> None:
        server.send(messages.RemoveExecutor(colony_name=colony.name, executor_name="worker"), colony.owner)
        server.add_executor(colony, colony.executor, "renamed")
        revive = messages.ApproveExecutor(colony_name=colony.name, executor_name="worker")
        assert server.refusal(revive, colony.owner)[0] == 400

    def test_removal_requeues_and_drops_functions(self, server: RunningServer, colony: ColonyKeys) -> None:
        function = Function(colony_name=colony.name, executor_name="worker", func_name="echo")
        server.send(messages.AddFunction(function=function), colony.executor)
        submit(server, colony)
        assign = messages.AssignProcess(colony_name=colony.name, timeout=-1)
        process = server.send(assign, colony.executor)
        server.send(messages.RemoveExecutor(colony_name=colony.name, executor_name="worker"), colony.owner)
        again = server.send(messages.GetProcess(process_id=process.process_id), colony.user)
        assert (again.state, again.is_assigned, again.retries) == (ProcessState.WAITING, False, 0)
        assert server.send(messages.GetFunctions(colony_name=colony.name), colony.user) == []
        other = Identity.generate()
        server.add_executor(colony, other, "other")
        assert server.send(assign, other).process_id == process.process_id

    def test_what_executors_say_about_themselves(self, server: RunningServer, colony: ColonyKeys) -> None:
        own: dict[str, Any] = {"colony_name": colony.name, "executor_name": "worker"}
        capabilities = Capabilities(hardware=[Hardware(cpu="4000m", mem="16Gi")])
        allocations = Allocations(projects={"p": Project(allocated_cpu=1)})
        server.send(messages.UpdateExecutor(**own, capabilities=capabilities), colony.executor)
        server.send(messages.ReportAllocation(**own, allocations=allocations), colony.executor)
        read = server.send(messages.GetExecutor(**own), colony.user)
        assert (read.capabilities, read.allocations) == (capabilities, allocations)
        assert server.refusal(messages.UpdateExecutor(**own), colony.user)[0] == 400
        assert server.refusal(messages.ReportAllocation(**own), colony.user) == (
            400,
            "Only an executor can report allocations to itself",
        )

    def test_own_id_can_be_changed_while_working(self, server: RunningServer, colony: ColonyKeys) -> None:
        process = start(server, colony)
        new = Identity.generate()
        change = messages.ChangeExecutorId(colony_name=colony.name, executor_id=new.id)
        server.send(change, colony.executor)
        close = messages.CloseSuccessful(process_id=process.process_id)
        assert server.refusal(close, colony.executor)[0] == 403
        server.send(close, new)
        assert server.refusal(change, colony.user)[0] == 403

    def test_every_call_is_a_sign_of_life(self, server: RunningServer, colony: ColonyKeys) -> None:
        read = messages.GetExecutor(colony_name=colony.name, executor_name="worker")
        assert server.send(read, colony.user).last_heard_from_time is None
        server.send(messages.GetFunctions(colony_name=colony.name), colony.executor)
        assert server.send(read, colony.user).last_heard_from_time is not None


class TestFunctions:
    def test_add_list_remove(self, server: RunningServer, colony: ColonyKeys) -> None:
        wanted = Function(
            colony_name=colony.name,
            executor_name="worker",
            func_name="echo",
            description="says it again",
            args=[FunctionArgument(name="text", type="string", required=True)],
        )
        added = server.send(messages.AddFunction(function=wanted), colony.executor)
        assert len(added.function_id) == 64
        assert added.executor_type == colony.executor_type
        assert (added.description, added.args) == (wanted.description, wanted.args)
        for executor_name in ("", "worker"):
            listing = messages.GetFunctions(colony_name=colony.name, executor_name=executor_name)
            assert server.send(listing, colony.user) == [added]
        server.send(messages.RemoveFunction(function_id=added.function_id), colony.executor)
        assert server.call(messages.GetFunctions(colony_name=colony.name), colony.user).payload_json == b"null"

    def test_adding_again_describes_anew(self, server: RunningServer, colony: ColonyKeys) -> None:
        function = Function(colony_name=colony.name, executor_name="worker", func_name="echo")
        first = server.send(messages.AddFunction(function=function), colony.executor)
        described = function.model_copy(update={"description": "new"})
        second = server.send(messages.AddFunction(function=described), colony.executor)
        assert (second.function_id, second.description) == (first.function_id, "new")

    def test_statistics_of_successful_processes(self, server: RunningServer, colony: ColonyKeys) -> None:
        function = Function(colony_name=colony.name, executor_name="worker", func_name="echo")
        server.send(messages.AddFunction(function=function), colony.executor)
        for _ in range(2):
            process = start(server, colony)
            server.send(messages.CloseSuccessful(process_id=process.process_id), colony.executor)
        [counted] = server.send(messages.GetFunctions(colony_name=colony.name), colony.user)
        assert counted.counter == 2
        assert 0 < counted.min_exec_time <= counted.avg_exec_time <= counted.max_exec_time
        assert counted.avg_exec_time == pytest.approx((counted.min_exec_time + counted.max_exec_time) / 2)

    def test_refusals(self, server: RunningServer, colony: ColonyKeys) -> None:
        server.add_executor(colony, Identity.generate(), "other")
        unknown = Function(colony_name=colony.name, executor_name="nobody", func_name="echo")
        foreign = Function(colony_name=colony.name, executor_name="other", func_name="echo")
        assert server.refusal(messages.AddFunction(function=unknown), colony.executor)[0] == 400
        assert server.refusal(messages.AddFunction(function=foreign), colony.executor)[0] == 403
        assert server.refusal(messages.RemoveFunction(), colony.executor)[0] == 400
        assert server.refusal(messages.RemoveFunction(function_id="x"), colony.executor)[0] == 404

    def test_an_id_is_taken_once(self, server: RunningServer, colony: ColonyKeys) -> None:
        function = Function(
            colony_name=colony.name, executor_name="worker", func_name="echo", function_id=Identity.generate().id
        )
        added = server.send(messages.AddFunction(function=function), colony.executor)
        assert added.function_id == function.function_id
        again = function.model_copy(update={"func_name": "other"})
        assert server.refusal(messages.AddFunction(function=again), colony.executor)[0] == 400
