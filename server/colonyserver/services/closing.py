"""Closing: processes end well, fail or are cancelled, and each of them only once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pydantic_core
from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.access import Caller
from colonyserver.clock import Clock
from colonyserver.errors import Conflict, Forbidden, NotFound, Refusal
from colonyserver.events import Events, ProcessChanged
from colonyserver.services.changes import ended
from colonyserver.services.workflows_resolution import Resolution
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.database import Database
from colonyserver.storage.processes import ProcessStatus, find_statuses, set_output
from colonyserver.storage.queue import Queue
from colonyserver.storage.transitions import Finish, finish_processes
from colonyserver.storage.workflows import lock_workflows_of

_VERBS = {ProcessState.SUCCESS: "close process as successful", ProcessState.FAILED: "close process as failed"}
_ENDINGS = {ProcessState.SUCCESS: "successful", ProcessState.FAILED: "failed"}


class _Ending(NamedTuple):
    caller: Caller
    process_id: str
    state: ProcessState
    output_json: str | None = None
    errors_json: str | None = None


class ClosingService:
    """Ends processes."""

    def __init__(self, database: Database, queue: Queue, events: Events, clock: Clock, resolution: Resolution) -> None:
        self._database = database
        self._events = events
        self._finish = _End(queue, clock, resolution)

    async def succeed(self, caller: Caller, process_id: str, output: Sequence[Any]) -> None:
        """End a process well; an empty output keeps the one set earlier.

        Raises NotFound (wire: 500), Forbidden unless the caller is the assigned executor, Conflict when the process has
        ended or was cancelled.
        """
        output_json = _json(output) if output else None
        await self._end(_Ending(caller, process_id, ProcessState.SUCCESS, output_json=output_json))

    async def fail(self, caller: Caller, process_id: str, errors: Sequence[str]) -> None:
        """End a process as failed; raises as `succeed` does."""
        await self._end(_Ending(caller, process_id, ProcessState.FAILED, errors_json=_json(errors)))

    async def cancel(self, caller: Caller, process_id: str) -> None:
        """Cancel a waiting or running process.

        Raises NotFound (wire: 500), Forbidden unless the caller is an approved member of its colony, Conflict when it
        has ended or belongs to a workflow.
        """
        await self._end(_Ending(caller, process_id, ProcessState.CANCELLED))

    async def set_output(self, caller: Caller, process_id: str, output: Sequence[Any]) -> None:
        """Set the output of a running process; an empty one changes nothing.

        Raises NotFound (wire: 500), Forbidden unless the process is running and the caller its executor.
        """
        output_json = _json(output) if output else None

        def unit(connection: Connection) -> None:
            status = find_statuses(connection, [process_id]).get(process_id)
            if status is None:
                raise _unknown("set output")
            caller.approved_member(status.colony_name)
            if status.state != ProcessState.RUNNING:
                raise Forbidden("Failed to set output, process is not running")
            if status.executor_id != caller.id:
                raise Forbidden("Failed to set output, not allowed to set output")
            if output_json is not None:
                set_output(connection, process_id, caller.id, output_json)

        await self._database.write(unit)

    async def _end(self, ending: _Ending) -> None:
        for change in await self._database.write_batched(self._finish, ending):
            self._events.publish(change)


class _End(BatchOperation[_Ending, list[ProcessChanged]]):
    """Ends processes; answers with what must be told, or with the refusal."""

    runs_alone = False

    def __init__(self, queue: Queue, clock: Clock, resolution: Resolution) -> None:
        self._queue = queue
        self._clock = clock
        self._resolution = resolution

    def execute(self, connection: Connection, items: Sequence[_Ending]) -> Sequence[list[ProcessChanged] | Exception]:
        process_ids = [item.process_id for item in items]
        lock_workflows_of(connection, process_ids)
        statuses = find_statuses(connection, process_ids)
        outcomes: list[list[ProcessChanged] | Exception] = []
        told_last: list[ProcessChanged] = []
        finishes: list[Finish] = []
        for item in items:
            status = statuses.get(item.process_id)
            try:
                status = _may_end(item, status)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            told_last = [ended(status, item.state)]
            outcomes.append(told_last)
            finishes.append(Finish(status, item.state, self._clock.now(), item.output_json, item.errors_json))
            # Who comes later in the same batch finds it ended.
            statuses[item.process_id] = status._replace(state=item.state)
        finish_processes(connection, self._queue, finishes)
        # Told after all the ends from which they follow.
        told_last.extend(self._resolution.resolve(connection, finishes))
        return outcomes


def _may_end(ending: _Ending, status: ProcessStatus | None) -> ProcessStatus:
    """Raise the refusal, in the order of checks and the words of the wire, or return the status."""
    if ending.state == ProcessState.CANCELLED:
        return _may_cancel(ending.caller, status)
    verb = _VERBS[ending.state]
    if status is None:
        raise _unknown(verb)
    ending.caller.approved_member(status.colony_name)
    if not status.is_assigned or status.executor_id != ending.caller.id:
        raise Forbidden(f"Failed to {verb}, not allowed to {verb}")
    if status.state == ProcessState.WAITING:
        raise Conflict(f"Tried to set waiting process as {_ENDINGS[ending.state]} without being running")
    if status.state != ProcessState.RUNNING:
        raise Conflict(f"Tried to set {_named(status.state)} process as {_ENDINGS[ending.state]}")
    return status


def _may_cancel(caller: Caller, status: ProcessStatus | None) -> ProcessStatus:
    if status is None:
        raise _unknown("cancel process")
    caller.approved_member(status.colony_name)
    if status.workflow_id is not None:
        raise Conflict("Failed to cancel process, it is part of a workflow; cancel the workflow instead")
    if status.state == ProcessState.CANCELLED:
        raise Conflict("Tried to cancel already cancelled process")
    if status.state not in (ProcessState.WAITING, ProcessState.RUNNING):
        raise Conflict(f"Tried to cancel {_named(status.state)} process")
    return status


def _named(state: int) -> str:
    return "successful" if state == ProcessState.SUCCESS else ProcessState(state).name.lower()


def _unknown(verb: str) -> NotFound:
    return NotFound(f"Failed to {verb}, process is nil", status=500)


def _json(values: Sequence[Any]) -> str:
    return pydantic_core.to_json(values).decode()
