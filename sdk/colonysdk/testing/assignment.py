"""Handing waiting processes to executors that ask."""

from datetime import timedelta

from colonysdk import units
from colonysdk.errors import Refused
from colonysdk.messages import AssignProcess
from colonysdk.objects import Executor, Process, ProcessState
from colonysdk.testing import transitions
from colonysdk.testing.access import require_member
from colonysdk.testing.records import Records
from colonysdk.testing.submission import expire


async def assign(records: Records, caller: str, message: AssignProcess) -> Process:
    """Hand the best waiting process to the caller, waiting for one as long as the message says; raises Refused."""
    require_member(records, caller, message.colony_name)
    executor = records.executor_with_id(caller)
    if executor is None:
        raise Refused(500, "Failed to assign process, executor not found")
    if message.timeout == 0:
        raise Refused(400, "Invalid timeout value, timeout cannot be zero")
    room = _Room(message)
    until = records.clock.now() + timedelta(seconds=message.timeout)
    while True:
        now = records.clock.now()
        executor = records.executors[executor.executor_name].model_copy(update={"last_heard_from_time": now})
        records.executors[executor.executor_name] = executor
        expire(records)
        process = None if records.paused else _best(records, executor, room)
        if process is not None:
            return records.put(transitions.assigned(process, executor, now))
        if now >= until:
            raise _nothing(records, message)
        await records.changes.wait(until)


class _Room:
    """What the asking executor has free; an empty text is no limit."""

    def __init__(self, message: AssignProcess) -> None:
        try:
            self._milli_cores = units.parse_cpu(message.available_cpu) if message.available_cpu else None
            self._memory = units.parse_memory(message.available_mem) if message.available_mem else None
        except ValueError as error:
            raise Refused(400, f"Failed to assign process, {error}") from error

    def fits(self, process: Process) -> bool:
        """Whether the process asks for no more than there is."""
        conditions = process.spec.conditions
        if self._milli_cores is not None and units.parse_cpu(conditions.cpu) > self._milli_cores:
            return False
        return self._memory is None or units.parse_memory(conditions.mem) <= self._memory


def _best(records: Records, executor: Executor, room: _Room) -> Process | None:
    candidates = (
        process
        for process in records.processes(ProcessState.WAITING).values()
        if _wants(process, executor) and room.fits(process)
    )
    return min(candidates, key=lambda process: process.priority_time, default=None)


def _wants(process: Process, executor: Executor) -> bool:
    conditions = process.spec.conditions
    return (
        not process.wait_for_parents
        and conditions.executor_type == executor.executor_type
        and (conditions.executor_names in (None, [], ["*"]) or executor.executor_name in conditions.executor_names)
        and conditions.location_name.lower() in ("", executor.location_name.lower())
    )


def _nothing(records: Records, message: AssignProcess) -> Refused:
    if not records.paused:
        return Refused(404, "No process available for assignment")
    if message.timeout > 0:
        return Refused(408, "Assignment timeout: colony assignments are paused")
    return Refused(503, "No processes available: colony assignments are paused")
