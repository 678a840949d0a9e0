"""Messages about processes, attributes and logs: statuses, words and shapes on the wire of a real server."""

import asyncio
import json
import time
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.client import ColonyClient
from colonysdk.envelope import ReplyEnvelope
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import Attribute, AttributeType, Conditions, Failure, FunctionSpec, Process, ProcessState
from tests.support.server import ColonyKeys, RunningServer

_UNKNOWN = "0" * 64


class Wire:
    """Sends messages as the members of one colony and looks at what comes back."""

    def __init__(self, server: RunningServer, colony: ColonyKeys) -> None:
        self.server = server
        self.colony = colony
        self.user, self.executor, self.owner = colony.user, colony.executor, colony.owner

    def submit(self, **fields: Any) -> Process:
        conditions = Conditions(colony_name=self.colony.name, executor_type=self.colony.executor_type)
        spec = FunctionSpec(**{"func_name": "echo", "max_exec_time": -1, "conditions": conditions, **fields})
        return self.server.send(messages.SubmitFunctionSpec(spec=spec), self.user)

    def assign(self, identity: Identity | None = None, **fields: Any) -> Process:
        message = messages.AssignProcess(**{"colony_name": self.colony.name, "timeout": -1, **fields})
        return self.server.send(message, identity or self.executor)

    def running(self, **fields: Any) -> Process:
        self.submit(**fields)
        return self.assign()

    def read(self, process: Process) -> Process:
        return self.server.send(messages.GetProcess(process_id=process.process_id), self.user)

    def reply(self, message: Message[Any], identity: Identity | None = None) -> ReplyEnvelope:
        return self.server.call(message, identity or self.user)

    def refusal(self, message: Message[Any], identity: Identity | None = None) -> tuple[int, str]:
        reply = self.reply(message, identity)
        assert reply.error, f"not refused: {reply.payload_json!r}"
        failure = Failure.from_json(reply.payload_json)
        return failure.status, failure.message

    def status(self, message: Message[Any], identity: Identity | None = None) -> int:
        return self.refusal(message, identity)[0]


@pytest.fixture
def wire(server: RunningServer, colony: ColonyKeys) -> Wire:
    return Wire(server, colony)


class TestSubmit:
    def test_what_comes_back(self, wire: Wire) -> None:
        process = wire.submit(args=["hi"], env={"KEY": "value"}, kwargs={"image": "busybox"}, label="mine")
        assert process == wire.read(process)
        assert (process.state, process.is_assigned, process.assigned_executor_id) == (ProcessState.WAITING, False, "")
        assert (process.initiator_id, process.initiator_name) == (wire.user.id, "alice")
        assert (process.start_time, process.end_time, process.wait_deadline) == (None, None, None)
        assert process.spec.env == {"KEY": "value"}
        assert [(a.attribute_type, a.key, a.value) for a in process.attributes] == [(AttributeType.ENV, "KEY", "value")]

    def test_the_shapes_that_clients_rely_on(self, wire: Wire) -> None:
        conditions = Conditions(colony_name=wire.colony.name, executor_type="cli", cpu="500m", mem="64Mi")
        message = messages.SubmitFunctionSpec(spec=FunctionSpec(func_name="echo", conditions=conditions))
        process = json.loads(wire.reply(message).payload_json)
        for name in ("attributes", "parents", "children", "in", "out", "errors"):
            assert process[name] == []
        assert process["starttime"] == process["endtime"] == "0001-01-01T00:00:00Z"
        assert process["processgraphid"] == ""
        spec = process["spec"]
        assert (spec["args"], spec["kwargs"], spec["env"]) == ([], {}, {})
        assert spec["fs"] == {"mount": "", "snapshots": None, "dirs": None}
        assert "channels" not in spec
        assert spec["conditions"]["executornames"] is None
        assert spec["conditions"]["dependencies"] == []
        assert (spec["conditions"]["cpu"], spec["conditions"]["mem"]) == ("500m", "64Mi")
        assert (spec["conditions"]["storage"], spec["conditions"]["gpu"]["mem"]) == ("0Mi", "0Mi")
        assert "locationname" not in spec["conditions"]

    @pytest.mark.parametrize("priority", [50_001, -50_001])
    def test_priorities_are_bounded(self, wire: Wire, priority: int) -> None:
        conditions = Conditions(colony_name=wire.colony.name)
        spec = FunctionSpec(priority=priority, conditions=conditions)
        assert wire.status(messages.SubmitFunctionSpec(spec=spec)) == 400

    @pytest.mark.parametrize("resource", [{"cpu": "much"}, {"mem": "-1Gi"}, {"storage": "1 elephant"}])
    def test_resources_must_be_amounts(self, wire: Wire, resource: dict[str, str]) -> None:
        conditions = Conditions(colony_name=wire.colony.name).model_copy(update=resource)
        assert wire.status(messages.SubmitFunctionSpec(spec=FunctionSpec(conditions=conditions))) == 400

    def test_another_colony(self, wire: Wire) -> None:
        elsewhere = wire.server.new_colony().name
        spec = FunctionSpec(conditions=Conditions(colony_name=elsewhere))
        assert wire.refusal(messages.SubmitFunctionSpec(spec=spec)) == (
            403,
            f"Access denied, not a member of Colony with name <{elsewhere}>",
        )


class TestAssign:
    def test_nothing_there(self, wire: Wire) -> None:
        message = messages.AssignProcess(colony_name=wire.colony.name, timeout=-1)
        assert wire.refusal(message, wire.executor) == (404, "No process available for assignment")
        begin = time.monotonic()
        waiting = message.model_copy(update={"timeout": 1})
        assert wire.refusal(waiting, wire.executor) == (404, "No process available for assignment")
        assert time.monotonic() - begin >= 1

    def test_refusals(self, wire: Wire) -> None:
        name = wire.colony.name
        assert wire.refusal(messages.AssignProcess(colony_name=name), wire.executor) == (
            400,
            "Invalid timeout value, timeout cannot be zero",
        )
        assert wire.refusal(messages.AssignProcess(colony_name=name, timeout=-1)) == (
            500,
            "Failed to assign process, executor not found",
        )
        for resource in ({"available_cpu": "x"}, {"available_mem": "x"}):
            message = messages.AssignProcess(colony_name=name, timeout=-1, **resource)
            assert wire.status(message, wire.executor) == 400

    def test_the_process_runs(self, wire: Wire) -> None:
        submitted = wire.submit(max_exec_time=60)
        process = wire.assign()
        assert (process.process_id, process.state) == (submitted.process_id, ProcessState.RUNNING)
        assert (process.is_assigned, process.assigned_executor_id) == (True, wire.executor.id)
        assert process.start_time is not None
        assert process.exec_deadline is not None
        assert (process.exec_deadline - process.start_time).total_seconds() == 60
        assert process == wire.read(process)

    def test_higher_priority_first_then_the_older_one(self, wire: Wire) -> None:
        first, second, urgent = wire.submit(), wire.submit(), wire.submit(priority=1)
        assert [wire.assign().process_id for _ in range(3)] == [
            process.process_id for process in (urgent, first, second)
        ]

    def test_named_executors(self, wire: Wire) -> None:
        other = Identity.generate()
        wire.server.add_executor(wire.colony, other, "other")
        conditions = Conditions(
            colony_name=wire.colony.name, executor_type=wire.colony.executor_type, executor_names=["other"]
        )
        process = wire.submit(conditions=conditions)
        ask = messages.AssignProcess(colony_name=wire.colony.name, timeout=-1)
        assert wire.status(ask, wire.executor) == 404
        assert wire.assign(other).process_id == process.process_id

    def test_free_resources(self, wire: Wire) -> None:
        conditions = Conditions(
            colony_name=wire.colony.name, executor_type=wire.colony.executor_type, cpu="1000m", mem="1Gi"
        )
        process = wire.submit(conditions=conditions)
        ask = messages.AssignProcess(colony_name=wire.colony.name, timeout=-1, available_cpu="999m")
        assert wire.status(ask, wire.executor) == 404
        assert wire.assign(available_cpu="1000m", available_mem="1Gi").process_id == process.process_id

    async def test_a_waiting_executor_gets_it_at_once(self, wire: Wire) -> None:
        async with wire.colony.client(wire.executor) as worker:
            asking = asyncio.create_task(worker.assign(30))
            await asyncio.sleep(0)
            submitted = await asyncio.to_thread(wire.submit)
            async with asyncio.timeout(20):
                process = await asking
            assert process is not None
            assert process.process_id == submitted.process_id

    async def test_pause_and_resume(self, wire: Wire) -> None:
        name = wire.colony.name
        wire.submit()
        assert wire.reply(messages.PauseAssignments(colony_name=name), wire.owner).payload_json == b"{}"
        ask = messages.AssignProcess(colony_name=name, timeout=-1)
        assert wire.refusal(ask, wire.executor) == (503, "No processes available: colony assignments are paused")
        assert wire.refusal(ask.model_copy(update={"timeout": 1}), wire.executor) == (
            408,
            "Assignment timeout: colony assignments are paused",
        )
        status = wire.reply(messages.GetPauseStatus(colony_name=name))
        assert status.payload_type == "pausestatusreplymsg"
        assert json.loads(status.payload_json) == {
            "msgtype": "pausestatusreplymsg",
            "colonyname": name,
            "ispaused": True,
        }
        async with wire.colony.client(wire.executor) as worker:
            asking = asyncio.create_task(worker.assign(30))
            await asyncio.to_thread(wire.server.send, messages.ResumeAssignments(colony_name=name), wire.owner)
            async with asyncio.timeout(20):
                assert await asking is not None


class TestEnd:
    def test_success(self, wire: Wire) -> None:
        process = wire.running()
        close = messages.CloseSuccessful(process_id=process.process_id, output=[1, "a", {"b": [None]}])
        assert wire.reply(close, wire.executor).payload_json == b"{}"
        ended = wire.read(process)
        assert (ended.state, ended.output) == (ProcessState.SUCCESS, [1, "a", {"b": [None]}])
        assert (ended.is_assigned, ended.assigned_executor_id) == (True, wire.executor.id)
        assert ended.end_time is not None

    def test_failure(self, wire: Wire) -> None:
        process = wire.running()
        wire.server.send(messages.CloseFailed(process_id=process.process_id, errors=["broke"]), wire.executor)
        assert (wire.read(process).state, wire.read(process).errors) == (ProcessState.FAILED, ["broke"])

    def test_only_once_and_only_when_running(self, wire: Wire) -> None:
        process = wire.running()
        success = messages.CloseSuccessful(process_id=process.process_id)
        failure = messages.CloseFailed(process_id=process.process_id)
        cancel = messages.CancelProcess(process_id=process.process_id)
        wire.server.send(success, wire.executor)
        assert wire.status(success, wire.executor) == 400
        assert wire.refusal(failure, wire.executor) == (400, "Tried to set successful process as failed")
        assert wire.refusal(cancel) == (400, "Tried to cancel successful process")

    def test_cancelled_processes_cannot_be_closed(self, wire: Wire) -> None:
        process = wire.running()
        wire.server.send(messages.CancelProcess(process_id=process.process_id), wire.user)
        for message, words in ((messages.CloseSuccessful, "successful"), (messages.CloseFailed, "failed")):
            assert wire.refusal(message(process_id=process.process_id), wire.executor) == (
                400,
                f"Tried to set cancelled process as {words}",
            )
        assert wire.refusal(messages.CancelProcess(process_id=process.process_id)) == (
            400,
            "Tried to cancel already cancelled process",
        )

    def test_others_may_not(self, wire: Wire) -> None:
        process = wire.running()
        other = Identity.generate()
        wire.server.add_executor(wire.colony, other, "other")
        close = messages.CloseSuccessful(process_id=process.process_id)
        words = "Failed to close process as successful, not allowed to close process as successful"
        for identity in (other, wire.user):
            assert wire.refusal(close, identity) == (403, words)

    def test_waiting_processes_belong_to_nobody(self, wire: Wire) -> None:
        close = messages.CloseSuccessful(process_id=wire.submit().process_id)
        assert wire.status(close, wire.executor) == 403

    def test_output_before_the_end(self, wire: Wire) -> None:
        process = wire.running()
        set_output = messages.SetOutput(process_id=process.process_id, output=[1])
        wire.server.send(set_output, wire.executor)
        wire.server.send(messages.SetOutput(process_id=process.process_id), wire.executor)
        wire.server.send(messages.CloseSuccessful(process_id=process.process_id), wire.executor)
        assert wire.read(process).output == [1]
        assert wire.status(set_output, wire.executor) == 403

    @pytest.mark.parametrize(
        "message",
        [
            messages.CloseSuccessful(process_id=_UNKNOWN),
            messages.CloseFailed(process_id=_UNKNOWN),
            messages.CancelProcess(process_id=_UNKNOWN),
            messages.RemoveProcess(process_id=_UNKNOWN),
            messages.AddLog(process_id=_UNKNOWN),
        ],
    )
    def test_unknown_processes(self, wire: Wire, message: Message[Any]) -> None:
        assert wire.status(message, wire.executor) == 500

    def test_unknown_process_to_look_up(self, wire: Wire) -> None:
        assert wire.refusal(messages.GetProcess(process_id=_UNKNOWN)) == (
            404,
            "Failed to get process, process not found",
        )


class TestLists:
    def test_empty_lists_are_null(self, wire: Wire) -> None:
        name = wire.colony.name
        for message in (
            messages.GetProcesses(colony_name=name, count=10),
            messages.GetProcessHistory(colony_name=name, seconds=60),
            messages.SearchLogs(colony_name=name, text="x", days=1, count=1),
            messages.GetFunctions(colony_name=name),
        ):
            assert wire.reply(message).payload_json == b"null"

    def test_states_and_filters(self, wire: Wire) -> None:
        name = wire.colony.name
        labelled, plain = wire.submit(label="red"), wire.submit()

        def found(**fields: Any) -> set[str]:
            message = messages.GetProcesses(**{"colony_name": name, "count": 100, **fields})
            return {process.process_id for process in wire.server.send(message, wire.user)}

        both = {labelled.process_id, plain.process_id}
        assert found() == both
        assert found(label="red") == {labelled.process_id}
        assert found(initiator="alice") == both
        assert found(executor_type=wire.colony.executor_type, label="blue") == both
        assert found(executor_type="other") == set()
        assert found(state=1) == set()
        assert len(found(count=1)) == 1

    def test_refusals(self, wire: Wire) -> None:
        name = wire.colony.name
        assert wire.refusal(messages.GetProcesses(colony_name=name, count=101)) == (
            400,
            "Count is larger than MaxCount limit <100>",
        )
        for state in (-1, 5):
            assert wire.refusal(messages.GetProcesses(colony_name=name, count=1, state=state)) == (
                400,
                "Failed to get processes, invalid msg.State",
            )
        assert wire.status(messages.GetProcesses(colony_name=name, count=1, initiator="nobody")) == 400
        assert wire.status(messages.GetProcesses(colony_name=name, count=-1)) == 400

    def test_history(self, wire: Wire) -> None:
        submitted = [wire.submit().process_id for _ in range(3)]
        message = messages.GetProcessHistory(colony_name=wire.colony.name, seconds=60)
        assert [process.process_id for process in wire.server.send(message, wire.user)] == submitted

    def test_removal(self, wire: Wire) -> None:
        waiting, running = wire.submit(priority=-1), wire.running()
        remove = messages.RemoveProcess(process_id=waiting.process_id)
        assert wire.reply(remove).payload_json == b"{}"
        assert wire.status(messages.GetProcess(process_id=waiting.process_id)) == 404
        assert wire.status(messages.RemoveProcess(process_id=running.process_id)) == 400
        remove_all = messages.RemoveAllProcesses(colony_name=wire.colony.name, state=1)
        assert wire.refusal(remove_all, wire.owner) == (400, "Not possible to remove running processes")
        wire.submit()
        wire.server.send(messages.RemoveAllProcesses(colony_name=wire.colony.name), wire.owner)
        counted = wire.server.send(messages.GetColonyStatistics(colony_name=wire.colony.name), wire.user)
        assert (counted.waiting_processes, counted.running_processes) == (0, 1)


class TestAttributesAndLogs:
    def test_attributes(self, wire: Wire) -> None:
        process = wire.running()
        attribute = Attribute(target_id=process.process_id, attribute_type=AttributeType.OUT, key="result", value="42")
        added = wire.server.send(messages.AddAttribute(attribute=attribute), wire.executor)
        assert len(added.attribute_id) == 64
        assert wire.server.send(messages.GetAttribute(attribute_id=added.attribute_id), wire.user) == added
        assert wire.read(process).attributes == [added]
        assert wire.status(messages.AddAttribute(attribute=attribute), wire.executor) == 400
        assert wire.status(messages.AddAttribute(attribute=attribute)) == 403

    def test_attributes_of_what_is_not_there(self, wire: Wire) -> None:
        unknown = messages.AddAttribute(attribute=Attribute(target_id=_UNKNOWN, key="k"))
        waiting = messages.AddAttribute(attribute=Attribute(target_id=wire.submit().process_id, key="k"))
        assert wire.status(unknown, wire.executor) == 404
        assert wire.status(waiting, wire.executor) == 403
        assert wire.refusal(messages.GetAttribute(attribute_id="x")) == (400, "Attribute does not exists")

    def test_logs(self, wire: Wire) -> None:
        process = wire.running()
        for text in ("one\n", "två\n", "\x1b[31mthree\x00\n"):
            wire.server.send(messages.AddLog(process_id=process.process_id, message=text), wire.executor)
        read = messages.GetLogs(colony_name=wire.colony.name, process_id=process.process_id, count=100)
        logs = wire.server.send(read, wire.user)
        assert [log.message for log in logs][:2] == ["one\n", "två\n"]
        assert [log.timestamp for log in logs] == sorted({log.timestamp for log in logs})
        newer = read.model_copy(update={"since": logs[1].timestamp})
        assert wire.server.send(newer, wire.user) == logs[2:]
        latest = read.model_copy(update={"latest": True, "count": 2})
        assert wire.server.send(latest, wire.user) == logs[1:]

    def test_logs_of_an_executor(self, wire: Wire) -> None:
        message = messages.AddExecutorLog(colony_name=wire.colony.name, executor_name="worker", message="up")
        wire.server.send(message, wire.executor)
        read = messages.GetLogs(colony_name=wire.colony.name, executor_name="worker", count=10)
        assert [(log.process_id, log.message) for log in wire.server.send(read, wire.user)] == [("", "up")]
        assert wire.status(message) == 403

    def test_search(self, wire: Wire) -> None:
        process = wire.running()
        wire.server.send(messages.AddLog(process_id=process.process_id, message="100% done"), wire.executor)
        search = messages.SearchLogs(colony_name=wire.colony.name, text="0% d", days=1, count=10)
        assert len(wire.server.send(search, wire.user)) == 1
        assert wire.server.send(search.model_copy(update={"text": "DONE"}), wire.user) == []
        assert wire.status(search.model_copy(update={"count": 101})) == 400
        assert wire.status(search.model_copy(update={"days": 31})) == 400

    def test_refusals(self, wire: Wire) -> None:
        process = wire.running()
        name = wire.colony.name
        too_many = messages.GetLogs(colony_name=name, process_id=process.process_id, count=501)
        assert wire.status(too_many) == 403
        unknown = messages.GetLogs(colony_name=name, process_id=_UNKNOWN, count=1)
        assert wire.status(unknown) == 500
        add = messages.AddLog(process_id=process.process_id, message="x")
        assert wire.status(add) == 403
        wire.server.send(messages.CloseSuccessful(process_id=process.process_id), wire.executor)
        assert wire.status(add, wire.executor) == 403


class TestDeadlines:
    async def test_retries_then_failure(self, wire: Wire) -> None:
        process = wire.running(max_exec_time=1, max_retries=1)
        async with wire.colony.client() as client:
            again = await _once(client, process, lambda now: now.retries == 1)
            assert again.state is ProcessState.WAITING
            wire.assign()
            failed = await _once(client, process, lambda now: now.state is ProcessState.FAILED)
            assert failed.errors == ["Maximum execution time limit exceeded"]

    async def test_waiting_too_long(self, wire: Wire) -> None:
        process = wire.submit(max_wait_time=1)
        async with wire.colony.client() as client:
            failed = await _once(client, process, lambda now: now.state is ProcessState.FAILED)
        assert failed.errors == ["Maximum waiting time limit exceeded"]
        assert failed.start_time is None


async def _once(client: ColonyClient, process: Process, is_so: Any) -> Process:
    async with asyncio.timeout(15):
        while not is_so(now := await client.process(process.process_id)):
            await asyncio.sleep(0.05)
    return now
