"""Ready-made signed requests, so that the load generator does not sign while it measures."""

from collections.abc import Iterator
from typing import Any

from colonysdk import messages
from colonysdk.envelope import decode_reply, encode_request
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import Conditions, FunctionSpec, Process
from tests.support.server import ColonyKeys

BACKLOG_SHAPES = 50


def request(message: Message[Any], identity: Identity) -> bytes:
    """A signed request."""
    return encode_request(message.payload_type, message.encode(), identity)


def submits(colony: ColonyKeys, count: int) -> list[bytes]:
    """Processes that every executor of the colony can take."""
    return [
        request(messages.SubmitFunctionSpec(spec=_specification(colony, f"fits-{number}")), colony.user)
        for number in range(count)
    ]


def backlog(colony: ColonyKeys, count: int) -> Iterator[bytes]:
    """Processes that the measured executors cannot take: too much memory in 50 sizes, or somebody else's name."""
    for number in range(count):
        specification = _specification(colony, f"waits-{number}")
        if number % 2:
            specification.conditions.mem = f"{64 + number // 2 % BACKLOG_SHAPES}Gi"
        else:
            specification.conditions.executor_names = [f"other-{number // 2 % 1000}"]
        yield request(messages.SubmitFunctionSpec(spec=specification), colony.user)


def assign(colony: ColonyKeys, executor: Identity, timeout: int = 10) -> bytes:
    """An executor with 4 cores and 8 GiB asks for work."""
    message = messages.AssignProcess(
        colony_name=colony.name, timeout=timeout, available_cpu="4000m", available_mem="8Gi"
    )
    return request(message, executor)


def close(process_id: str, executor: Identity) -> bytes:
    """The executor ends a process well."""
    return request(messages.CloseSuccessful(process_id=process_id), executor)


def add_logs(process_id: str, executor: Identity, count: int) -> list[bytes]:
    """The executor appends lines to a process's log."""
    return [
        request(messages.AddLog(process_id=process_id, message=f"line {number} of what a program prints\n"), executor)
        for number in range(count)
    ]


def process_in(answer: bytes) -> Process:
    """The process in a reply."""
    return Process.from_json(decode_reply(answer).payload_json)


def _specification(colony: ColonyKeys, name: str) -> FunctionSpec:
    return FunctionSpec(
        func_name="execute",
        kwargs={"cmd": "echo", "args": [name], "docker-image": "busybox:latest"},
        max_exec_time=-1,
        max_wait_time=-1,
        conditions=Conditions(colony_name=colony.name, executor_type=colony.executor_type, cpu="500m", mem="64Mi"),
    )
