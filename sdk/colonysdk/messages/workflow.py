"""Messages about workflows, which the wire calls process graphs."""

from pydantic import Field

from colonysdk.messages.base import Message
from colonysdk.objects import FunctionSpec, Process, ProcessGraph, WorkflowSpec
from colonysdk.objects.wire import Int64, omit_empty


class SubmitWorkflow(Message[ProcessGraph], payload="submitworkflowspecmsg"):
    """Submit a workflow to the colony that it names; `submit_key` as for a single process (extension `submitkey/1`)."""

    spec: WorkflowSpec
    submit_key: str = Field(default="", exclude_if=omit_empty)


class GetWorkflow(Message[ProcessGraph], payload="getprocessgraphmsg"):
    """Look a workflow up, with its nodes and edges."""

    process_graph_id: str = ""


class GetWorkflows(Message[list[ProcessGraph]], payload="getprocessgraphsmsg"):
    """List up to 100 workflows of one state, the newest first."""

    colony_name: str = ""
    count: Int64 = 0
    state: Int64 = 0


class RemoveWorkflow(Message[None], payload="removeprocessgraphmsg"):
    """Remove the record of a workflow that is not running, with all its processes."""

    process_graph_id: str = ""


class RemoveAllWorkflows(Message[None], payload="removeallprocessgraphsmsg"):
    """Remove the records of all workflows in a state, -1 for every state; for the colony owner."""

    colony_name: str = ""
    state: Int64 = 0


class CancelWorkflow(Message[None], payload="cancelprocessgraphmsg"):
    """Cancel every process of a workflow that has not ended."""

    process_graph_id: str = ""


class AddChild(Message[Process], payload="addchildmsg"):
    """Add a process that waits for a running one; only by the executor that runs the parent.

    With `insert` the new process comes between the parent and all its children, else beside them and, when
    `child_process_id` is given, before that process.
    """

    process_graph_id: str = ""
    parent_process_id: str = ""
    child_process_id: str = ""
    spec: FunctionSpec
    insert: bool = False
