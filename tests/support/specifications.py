"""Function specifications for tests against a real server, and what becomes of them there."""

from typing import Any

from colonysdk.messages import AssignProcess, SubmitFunctionSpec
from colonysdk.objects import Conditions, FunctionSpec, Process
from tests.support.server import ColonyKeys, RunningServer


def specification(colony: ColonyKeys, func_name: str = "echo", **fields: Any) -> FunctionSpec:
    """A specification for a colony, without limits; fields of `Conditions` and of `FunctionSpec` by their names."""
    conditions: dict[str, Any] = {"colony_name": colony.name, "executor_type": colony.executor_type}
    conditions |= {name: fields.pop(name) for name in [*fields] if name in Conditions.model_fields}
    known: dict[str, Any] = {"max_exec_time": -1, "max_wait_time": -1}
    return FunctionSpec(func_name=func_name, conditions=Conditions(**conditions), **known | fields)


def submit(server: RunningServer, colony: ColonyKeys, func_name: str = "echo", **fields: Any) -> Process:
    """Submit a specification as the colony's user."""
    return server.send(SubmitFunctionSpec(spec=specification(colony, func_name, **fields)), colony.user)


def start(server: RunningServer, colony: ColonyKeys, func_name: str = "echo", **fields: Any) -> Process:
    """Submit a specification and let the colony's executor take the process, or an older one that still waits."""
    submit(server, colony, func_name, **fields)
    return server.send(AssignProcess(colony_name=colony.name, timeout=5), colony.executor)
