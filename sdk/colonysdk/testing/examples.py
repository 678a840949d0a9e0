"""Colonies with something in them: a small realistic one, and as many processes as wanted."""

from datetime import timedelta
from itertools import cycle, islice
from typing import Any

from colonysdk.objects import (
    Attribute,
    AttributeType,
    Capabilities,
    ExecutorState,
    FunctionSpec,
    Gpu,
    Hardware,
    Process,
    ProcessState,
    Software,
    attribute_id,
)
from colonysdk.testing import transitions
from colonysdk.testing.clock import Clock
from colonysdk.testing.colony import FakeColony

_FUNCTIONS = ("train_resnet", "train_vit", "preprocess", "evaluate", "sweep")


def example_colony(clock: Clock | None = None) -> FakeColony:
    """Five executors and 18 processes in every state, with logs, attributes, errors and deadlines."""
    colony = FakeColony(clock=clock)
    colony.add_user("bob")
    _add_executors(colony)
    _add_waiting(colony)
    _add_running(colony)
    _add_finished(colony)
    return colony


def add_processes(
    colony: FakeColony,
    count: int,
    state: ProcessState = ProcessState.WAITING,
    *,
    executor_name: str = "",
    spacing_seconds: float = 1.0,
) -> list[Process]:
    """Add processes of one state, newest last, submitted `spacing_seconds` apart until now; 10,000 take 0.1 s.

    Processes beyond waiting belong to the named executor, or to the first one.
    """
    executor = colony.records.executors.get(executor_name) or next(iter(colony.records.executors.values()), None)
    specs = [colony.specification(name, label=f"/experiments/{index}") for index, name in enumerate(_FUNCTIONS)]
    template = colony.submit(specs[0])
    colony.records.remove(template.process_id)
    now = colony.clock.now()
    processes = []
    for index, spec in enumerate(islice(cycle(specs), count)):
        submitted = now - timedelta(seconds=spacing_seconds * (count - index))
        changes: dict[str, Any] = {
            "process_id": colony.records.new_id(),
            "spec": spec,
            "submission_time": submitted,
            "priority_time": template.priority_time - round((now - submitted).total_seconds() * 10**9),
        }
        if state is not ProcessState.WAITING:
            changes |= {"state": state, "start_time": submitted, "is_assigned": True}
            changes["assigned_executor_id"] = executor.executor_id if executor else ""
        if state.is_final:
            changes["end_time"] = submitted + timedelta(seconds=spacing_seconds)
        processes.append(colony.put(template.model_copy(update=changes)))
    return processes


def _add_executors(colony: FakeColony) -> None:
    now = colony.clock.now()
    big = _hardware("32000m", "128Gi", Gpu(name="A100", mem="80Gi", count=4, node_count=4))
    small = _hardware("8000m", "16Gi")
    minute = timedelta(minutes=1)
    approved, pending = ExecutorState.APPROVED, ExecutorState.PENDING
    add = colony.add_executor
    add(
        "gpu-1",
        "gpu",
        state=approved,
        capabilities=big,
        location_name="skellefteå",
        last_heard_from_time=now - minute / 30,
    )
    add("docker-1", state=approved, capabilities=small, last_heard_from_time=now)
    add("docker-2", state=approved, capabilities=small, location_name="home", last_heard_from_time=now - 11 * minute)
    add("gpu-2", "gpu", state=pending, capabilities=big, last_heard_from_time=None)
    add("old-1", "docker", state=ExecutorState.REJECTED, last_heard_from_time=now - 4000 * minute)


def _hardware(cpu: str, mem: str, gpu: Gpu | None = None) -> Capabilities:
    hardware = Hardware(
        model="node", nodes=1, cpu=cpu, mem=mem, gpu=gpu or Gpu(), platform="linux", architecture="amd64"
    )
    return Capabilities(
        hardware=[hardware], software=[Software(name="colony-executor", type="executor", version="0.1.0")]
    )


def _add_waiting(colony: FakeColony) -> None:
    spec = colony.specification
    _submitted(colony, 252, spec("preprocess"))
    _submitted(colony, 3780, spec("train_big", "gpu", priority=5, max_wait_time=7200, conditions={"mem": "8Gi"}))
    _submitted(colony, 41, spec("evaluate", label="/experiments/7"))
    _submitted(colony, 12, spec("sweep", "slurm", conditions={"location_name": "lumi"}), initiator="bob")


def _add_running(colony: FakeColony) -> None:
    spec = colony.specification
    resnet = spec("train_resnet", "gpu", kwargs={"epochs": 30}, max_exec_time=600, max_retries=3, env={"MODE": "fast"})
    process = _running(colony, "gpu-1", 146, 134, resnet)
    colony.log(process.process_id, *(f"epoch {epoch}/30 loss {0.9 - epoch / 20:.3f}" for epoch in range(1, 9)))
    _attach(colony, process, "NODES", "gpu-1")
    _running(colony, "gpu-1", 70, 56, spec("train_vit", "gpu"))
    _running(colony, "docker-1", 14, 12, spec("train_bert", max_exec_time=3600), initiator="bob")


def _add_finished(colony: FakeColony) -> None:
    spec = colony.specification
    for index in range(8):
        done = _running(colony, "docker-1", 900 + 60 * index, 890 + 60 * index, spec("echo", args=["hello", index]))
        colony.log(done.process_id, f"hello {index}")
        _ended(colony, transitions.succeeded(done, [f"hello {index}"], done.start_time or colony.clock.now()), 7)
    broken = _running(colony, "docker-1", 400, 395, spec("evaluate", label="/experiments/6"))
    colony.log(broken.process_id, "reading model.pt", "Traceback: model.pt has 0 bytes")
    _ended(colony, transitions.failed(broken, ["the program exited with code 3"], colony.clock.now()), 9)
    late = _running(colony, "gpu-1", 5000, 4990, spec("sweep", "gpu", max_exec_time=60))
    _ended(colony, transitions.failed(late, [transitions.RAN_TOO_LONG], colony.clock.now()), 60)
    unwanted = _submitted(colony, 700, spec("train_big", "gpu"), initiator="bob")
    _ended(colony, transitions.cancelled(unwanted, colony.clock.now()), 30)


def _submitted(colony: FakeColony, seconds_ago: float, spec: FunctionSpec, initiator: str = "alice") -> Process:
    process = colony.submit(spec, initiator=initiator)
    earlier = timedelta(seconds=seconds_ago)
    changes = {
        "submission_time": colony.clock.now() - earlier,
        "priority_time": process.priority_time - round(seconds_ago * 10**9),
        "wait_deadline": process.wait_deadline - earlier if process.wait_deadline else None,
    }
    return colony.put(process.model_copy(update=changes))


def _running(
    colony: FakeColony,
    executor: str,
    submitted_ago: float,
    started_ago: float,
    spec: FunctionSpec,
    initiator: str = "alice",
) -> Process:
    waiting = _submitted(colony, submitted_ago, spec, initiator)
    started = colony.start(waiting.process_id, executor)
    earlier = timedelta(seconds=started_ago)
    changes = {
        "start_time": colony.clock.now() - earlier,
        "exec_deadline": started.exec_deadline - earlier if started.exec_deadline else None,
    }
    return colony.put(started.model_copy(update=changes))


def _ended(colony: FakeColony, process: Process, seconds: float) -> Process:
    begun = process.start_time or process.submission_time or colony.clock.now()
    return colony.put(process.model_copy(update={"end_time": begun + timedelta(seconds=seconds)}))


def _attach(colony: FakeColony, process: Process, key: str, value: str) -> None:
    attribute = Attribute(
        attribute_id=attribute_id(process.process_id, key, AttributeType.OUT),
        target_id=process.process_id,
        target_colony_name=colony.name,
        state=process.state,
        attribute_type=AttributeType.OUT,
        key=key,
        value=value,
    )
    colony.put(process.model_copy(update={"attributes": [*process.attributes, attribute]}))
