"""Function specifications for tests against a real server."""

from typing import Any

from colonysdk.objects import Conditions, FunctionSpec
from tests.support.server import ColonyKeys


def specification(colony: ColonyKeys, func_name: str = "echo", **fields: Any) -> FunctionSpec:
    """A specification for a colony, without limits; fields of `Conditions` and of `FunctionSpec` by their names."""
    conditions: dict[str, Any] = {"colony_name": colony.name, "executor_type": colony.executor_type}
    conditions |= {name: fields.pop(name) for name in [*fields] if name in Conditions.model_fields}
    known: dict[str, Any] = {"max_exec_time": -1, "max_wait_time": -1}
    return FunctionSpec(func_name=func_name, conditions=Conditions(**conditions), **known | fields)
