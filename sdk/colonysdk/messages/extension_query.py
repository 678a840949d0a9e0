"""Extensions to the reference's protocol that read processes; each is announced in ServerInfo."""

from pydantic import Field

from colonysdk.messages.base import Message
from colonysdk.objects.explanation import Explanation
from colonysdk.objects.process_page import ProcessPage
from colonysdk.objects.wire import Int64, Timestamp, omit_empty
from colonysdk.objects.workflow_member import WorkflowMembers


class QueryProcesses(Message[ProcessPage], payload="queryprocessesmsg"):
    """Ask for a page of the processes that meet every condition given (extension `processquery/1`).

    `states` empty for all; `order` is "newest" or "oldest", by priority time while waiting, start while running, end
    afterwards; `count` up to 100; `text` is looked for in function, arguments, label and id. The time ranges include
    their begin and exclude their end.
    """

    colony_name: str = ""
    states: list[Int64] = Field(default_factory=list)
    executor_type: str = ""
    executor_name: str = ""
    func_name: str = ""
    label: str = ""
    initiator: str = ""
    text: str = ""
    submitted_from: Timestamp = Field(default=None, exclude_if=omit_empty)
    submitted_before: Timestamp = Field(default=None, exclude_if=omit_empty)
    ended_from: Timestamp = Field(default=None, exclude_if=omit_empty)
    ended_before: Timestamp = Field(default=None, exclude_if=omit_empty)
    order: str = "newest"
    count: Int64 = 100
    cursor: str = ""


class GetWorkflowMembers(Message[WorkflowMembers], payload="getworkflowmembersmsg"):
    """Ask for the members of a workflow, up to 1,000 at a time (extension `workflowmembers/1`)."""

    process_graph_id: str = ""
    count: Int64 = 1000
    cursor: str = ""


class ExplainProcess(Message[Explanation], payload="explainprocessmsg"):
    """Ask why a process waits (extension `explain/1`)."""

    process_id: str = ""
