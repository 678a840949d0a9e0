"""Processes: submitted specifications and what became of them."""

from typing import Any

from pydantic import Field

from colonysdk.objects.attribute import Attribute
from colonysdk.objects.process_state import ProcessState, StateField
from colonysdk.objects.specification import FunctionSpec
from colonysdk.objects.wire import Int64, Timestamp, WireModel

PRIORITY_STEP_NANOSECONDS = 86_400 * 10**9
"""wire: one step of priority is worth a day of waiting (prioritytime)."""


class Process(WireModel):
    """One specification on its way through the colony."""

    process_id: str = ""
    initiator_id: str = ""
    initiator_name: str = ""
    assigned_executor_id: str = ""
    is_assigned: bool = False
    state: StateField = ProcessState.WAITING
    priority_time: Int64 = 0
    submission_time: Timestamp = None
    start_time: Timestamp = None
    end_time: Timestamp = None
    wait_deadline: Timestamp = None
    exec_deadline: Timestamp = None
    retries: Int64 = 0
    attributes: list[Attribute] = Field(default_factory=list)
    spec: FunctionSpec = Field(default_factory=FunctionSpec)
    wait_for_parents: bool = False
    parents: list[str] = Field(default_factory=list)
    children: list[str] = Field(default_factory=list)
    process_graph_id: str = ""
    input: list[Any] = Field(default_factory=list, alias="in")
    output: list[Any] = Field(default_factory=list, alias="out")
    errors: list[str] = Field(default_factory=list)
