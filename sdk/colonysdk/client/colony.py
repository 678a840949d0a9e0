"""The client of one colony, with a typed method for each thing one does there."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from colonysdk import messages
from colonysdk.client.subscription import subscribe
from colonysdk.client.workflows import WorkflowClient
from colonysdk.errors import InvalidSettings, Refused
from colonysdk.objects import (
    Attribute,
    AttributeType,
    Executor,
    Function,
    Log,
    Process,
    ProcessState,
    Statistics,
    User,
)

_NOTHING_TO_ASSIGN = (404, 408, 503)


class ColonyClient(WorkflowClient):
    """Everything a member of a colony can ask its server.

    Arguments: `url` such as "http://localhost:50080", the `identity` of a user or executor, the colony's name, and the
    colony `owner` for the few calls that need it. Every method raises Unreachable or Refused.
    """

    async def assign(self, timeout_seconds: int, available_cpu: str = "", available_mem: str = "") -> Process | None:
        """Wait for a process to run, None when none came in time; negative seconds ask without waiting."""
        request = messages.AssignProcess(
            colony_name=self.colony_name,
            timeout=timeout_seconds,
            available_cpu=available_cpu,
            available_mem=available_mem,
        )
        try:
            return await self.send(request)
        except Refused as refusal:
            if refusal.status in _NOTHING_TO_ASSIGN:
                return None
            raise

    async def process(self, process_id: str) -> Process:
        """Look a process up."""
        return await self.send(messages.GetProcess(process_id=process_id))

    async def processes(
        self, state: ProcessState, count: int = 100, *, executor_type: str = "", label: str = "", initiator: str = ""
    ) -> list[Process]:
        """List up to 100 processes: waiting by priority, running by start, the others newest end first."""
        return await self.send(
            messages.GetProcesses(
                colony_name=self.colony_name,
                count=count,
                state=int(state),
                executor_type=executor_type,
                label=label,
                initiator=initiator,
            )
        )

    async def process_history(self, seconds: int, state: ProcessState, executor_id: str = "") -> list[Process]:
        """List every process of a state that was submitted in the last `seconds`, oldest first."""
        return await self.send(
            messages.GetProcessHistory(
                colony_name=self.colony_name, executor_id=executor_id, seconds=seconds, state=int(state)
            )
        )

    async def close(self, process_id: str, output: Sequence[Any] = ()) -> None:
        """End a process well."""
        await self.send(messages.CloseSuccessful(process_id=process_id, output=list(output)))

    async def fail(self, process_id: str, errors: Sequence[str]) -> None:
        """End a process as failed."""
        await self.send(messages.CloseFailed(process_id=process_id, errors=list(errors)))

    async def set_output(self, process_id: str, output: Sequence[Any]) -> None:
        """Set the output of a running process before it ends."""
        await self.send(messages.SetOutput(process_id=process_id, output=list(output)))

    async def cancel(self, process_id: str) -> None:
        """Cancel a waiting or running process."""
        await self.send(messages.CancelProcess(process_id=process_id))

    async def remove_process(self, process_id: str) -> None:
        """Remove the record of a process that is not running."""
        await self.send(messages.RemoveProcess(process_id=process_id))

    async def add_log(self, process_id: str, text: str) -> None:
        """Append to a running process's log."""
        await self.send(messages.AddLog(process_id=process_id, message=text))

    async def add_executor_log(self, executor_name: str, text: str) -> None:
        """Append to the calling executor's own log."""
        await self.send(
            messages.AddExecutorLog(colony_name=self.colony_name, executor_name=executor_name, message=text)
        )

    async def logs(
        self, process_id: str = "", since: int = 0, count: int = 500, *, latest: bool = False, executor_name: str = ""
    ) -> list[Log]:
        """Read up to 500 log entries after `since` (Unix nanoseconds, exclusive), oldest first."""
        return await self.send(
            messages.GetLogs(
                colony_name=self.colony_name,
                process_id=process_id,
                executor_name=executor_name,
                count=count,
                since=since,
                latest=latest,
            )
        )

    async def search_logs(self, text: str, days: int = 1, count: int = 100) -> list[Log]:
        """Find up to 100 log entries of the last `days` (at most 30) that contain a text."""
        return await self.send(messages.SearchLogs(colony_name=self.colony_name, text=text, days=days, count=count))

    async def add_attribute(
        self, process_id: str, key: str, value: str, attribute_type: AttributeType = AttributeType.OUT
    ) -> Attribute:
        """Attach a text to a running process."""
        attribute = Attribute(
            target_id=process_id,
            target_colony_name=self.colony_name,
            attribute_type=attribute_type,
            key=key,
            value=value,
        )
        return await self.send(messages.AddAttribute(attribute=attribute))

    async def attribute(self, attribute_id: str) -> Attribute:
        """Look an attribute up."""
        return await self.send(messages.GetAttribute(attribute_id=attribute_id))

    async def executors(self) -> list[Executor]:
        """List the colony's executors in every state."""
        return await self.send(messages.GetExecutors(colony_name=self.colony_name))

    async def executor(self, name: str) -> Executor:
        """Look an executor up by name."""
        return await self.send(messages.GetExecutor(colony_name=self.colony_name, executor_name=name))

    async def functions(self, executor_name: str = "") -> list[Function]:
        """List the functions of an executor, or of the whole colony."""
        return await self.send(messages.GetFunctions(colony_name=self.colony_name, executor_name=executor_name))

    async def add_function(self, function: Function) -> Function:
        """Register a function of the calling executor."""
        return await self.send(messages.AddFunction(function=function))

    async def users(self) -> list[User]:
        """List the colony's users."""
        return await self.send(messages.GetUsers(colony_name=self.colony_name))

    async def statistics(self) -> Statistics:
        """Count the colony's executors and processes."""
        return await self.send(messages.GetColonyStatistics(colony_name=self.colony_name))

    async def paused(self) -> bool:
        """Whether the colony's assignments are paused."""
        return (await self.send(messages.GetPauseStatus(colony_name=self.colony_name))).is_paused

    async def subscribe_process(
        self, process_id: str, state: ProcessState, timeout_seconds: int, executor_type: str = ""
    ) -> AsyncGenerator[Process, None]:
        """Yield the process when it reaches a state (at once when it is there), until the time is over.

        Close it (`contextlib.aclosing`) when leaving early: that ends the connection.
        """
        if self.identity is None:
            raise InvalidSettings("a subscription must be signed, and this client has no identity")
        message = messages.SubscribeProcess(
            colony_name=self.colony_name,
            process_id=process_id,
            executor_type=executor_type,
            state=int(state),
            timeout=timeout_seconds,
        )
        subscription = subscribe(self.url, message, self.identity, verify=self._verify, is_stamped=self.sends_stamps)
        async with aclosing(subscription) as events:
            async for process in events:
                yield process
