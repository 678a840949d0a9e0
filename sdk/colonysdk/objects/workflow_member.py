"""Processes as members of a workflow (extension `workflowmembers`)."""

from pydantic import Field

from colonysdk.objects.process_state import ProcessState, StateField
from colonysdk.objects.wire import Int64, Timestamp, WireModel


class WorkflowMember(WireModel):
    """What a graph shows of a process; `parents` and `children` are process ids."""

    process_id: str = ""
    node_name: str = ""
    func_name: str = ""
    executor_type: str = ""
    assigned_executor_id: str = ""
    assigned_executor_name: str = ""
    state: StateField = ProcessState.WAITING
    wait_for_parents: bool = False
    parents: list[str] = Field(default_factory=list)
    children: list[str] = Field(default_factory=list)
    submission_time: Timestamp = None
    start_time: Timestamp = None
    end_time: Timestamp = None
    exec_deadline: Timestamp = None
    retries: Int64 = 0


class WorkflowMembers(WireModel):
    """Some members in the order in which they were submitted; `cursor` is empty after the last of them."""

    members: list[WorkflowMember] = Field(default_factory=list)
    cursor: str = ""
