"""Messages about processes."""

from typing import Any

from pydantic import Field

from colonysdk.messages.base import Message
from colonysdk.objects import FunctionSpec, PauseStatus, Process
from colonysdk.objects.wire import Int64, omit_empty


class SubmitFunctionSpec(Message[Process], payload="submitfuncspecmsg"):
    """Submit a specification to the colony that its conditions name.

    `submit_key` is a text of the client's own: sent again with the same one, it is taken in once (extension
    `submitkey/1`; unknown to the reference).
    """

    spec: FunctionSpec
    submit_key: str = Field(default="", exclude_if=omit_empty)


class AssignProcess(Message[Process], payload="assignprocessmsg"):
    """Ask for the best waiting process; `timeout` in seconds, negative for no wait, empty resources for no limit."""

    colony_name: str = ""
    timeout: Int64 = 0
    available_cpu: str = ""
    available_mem: str = ""


class GetProcess(Message[Process], payload="getprocessmsg"):
    """Look a process up."""

    process_id: str = ""


class GetProcesses(Message[list[Process]], payload="getprocessesmsg"):
    """List up to 100 processes of one state, filtered by type, initiator or label."""

    colony_name: str = ""
    count: Int64 = 0
    state: Int64 = 0
    executor_type: str = ""
    label: str = ""
    initiator: str = ""


class GetProcessHistory(Message[list[Process]], payload="getprocesshistmsg"):
    """List the processes of one state that were submitted in the last `seconds`, oldest first, without a limit."""

    colony_name: str = ""
    executor_id: str = ""
    seconds: Int64 = 0
    state: Int64 = 0


class RemoveProcess(Message[None], payload="removeprocessmsg"):
    """Remove the record of a process that is not running."""

    process_id: str = ""


class RemoveAllProcesses(Message[None], payload="removeallprocessesmsg"):
    """Remove the records of all processes in a state, -1 for every state; for the colony owner."""

    colony_name: str = ""
    state: Int64 = 0


class CloseSuccessful(Message[None], payload="closesuccessfulmsg"):
    """End a process well; only by the executor it is assigned to. An empty output keeps the one set earlier."""

    process_id: str = ""
    output: list[Any] = Field(default_factory=list, alias="out")


class CloseFailed(Message[None], payload="closefailedmsg"):
    """End a process as failed; only by the executor it is assigned to."""

    process_id: str = ""
    errors: list[str] = Field(default_factory=list)


class CancelProcess(Message[None], payload="cancelprocessmsg"):
    """Cancel a waiting or running process that is no workflow member."""

    process_id: str = ""


class SetOutput(Message[None], payload="setoutputmsg"):
    """Set the output of a running process before it ends; only by the executor it is assigned to."""

    process_id: str = ""
    output: list[Any] = Field(default_factory=list, alias="out")


class PauseAssignments(Message[None], payload="pauseassignmentsmsg"):
    """Stop handing out the colony's processes; for the colony owner."""

    colony_name: str = ""


class ResumeAssignments(Message[None], payload="resumeassignmentsmsg"):
    """Hand out the colony's processes again; for the colony owner."""

    colony_name: str = ""


class GetPauseStatus(Message[PauseStatus], payload="getpausestatusmsg", reply_payload="pausestatusreplymsg"):
    """Ask whether the colony's assignments are paused."""

    colony_name: str = ""
