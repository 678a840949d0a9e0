"""Messages about executors."""

from pydantic import Field

from colonysdk.messages.base import Message
from colonysdk.objects import Allocations, Capabilities, Executor


class AddExecutor(Message[Executor], payload="addexecutormsg"):
    """Add an executor, which then waits for approval; for the colony owner."""

    executor: Executor


class GetExecutors(Message[list[Executor]], payload="getexecutorsmsg"):
    """List a colony's executors in every state."""

    colony_name: str = ""


class GetExecutor(Message[Executor], payload="getexecutormsg"):
    """Look an executor up by name."""

    colony_name: str = ""
    executor_name: str = ""


class GetExecutorById(Message[Executor], payload="getexecutorbyidmsg"):
    """Look an executor up by id."""

    colony_name: str = ""
    executor_id: str = ""


class ApproveExecutor(Message[None], payload="approveexecutormsg"):
    """Let an executor work; for the colony owner."""

    colony_name: str = ""
    executor_name: str = ""


class RejectExecutor(Message[None], payload="rejectexecutormsg"):
    """Keep an executor from working; for the colony owner."""

    colony_name: str = ""
    executor_name: str = ""


class RemoveExecutor(Message[None], payload="removeexecutormsg"):
    """Unregister an executor; its running processes wait again. For the colony owner."""

    colony_name: str = ""
    executor_name: str = ""


class ReportAllocation(Message[None], payload="reportallocationmsg"):
    """Report the calling executor's allocations."""

    colony_name: str = ""
    executor_name: str = ""
    allocations: Allocations = Field(default_factory=Allocations)


class UpdateExecutor(Message[None], payload="updateexecutormsg"):
    """Replace the calling executor's capabilities."""

    colony_name: str = ""
    executor_name: str = ""
    capabilities: Capabilities = Field(default_factory=Capabilities)


class ChangeExecutorId(Message[None], payload="changeexecutoridmsg"):
    """Give the calling executor another key."""

    colony_name: str = ""
    executor_id: str = ""
