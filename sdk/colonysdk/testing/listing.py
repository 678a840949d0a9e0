"""Looking processes up on a fake colony, in the order that the protocol promises."""

import heapq
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.objects import Process, ProcessState
from colonysdk.testing.access import require_member, require_process
from colonysdk.testing.answering import answers
from colonysdk.testing.records import Records

_MAX_COUNT = 100
_EARLY = datetime.min.replace(tzinfo=UTC)


def state_of(number: int) -> ProcessState:
    """The state with this number on the wire; raises Refused for others."""
    try:
        return ProcessState(number)
    except ValueError:
        raise Refused(400, "Failed to get processes, invalid msg.State") from None


@answers(messages.GetProcess)
def _get(records: Records, caller: str, message: messages.GetProcess) -> Process:
    require_member(records, caller, records.colony_name)
    return require_process(records, message.process_id)


@answers(messages.GetProcesses)
def _list(records: Records, caller: str, message: messages.GetProcesses) -> list[Process]:
    require_member(records, caller, message.colony_name)
    if message.count > _MAX_COUNT:
        raise Refused(400, f"Count is larger than MaxCount limit <{_MAX_COUNT}>")
    state = state_of(message.state)
    if message.initiator and message.initiator not in records.users:
        raise Refused(400, f"User with name <{message.initiator}> not found")
    matching = filter(_filter(message), records.processes(state).values())
    return _first(matching, state, max(message.count, 0))


@answers(messages.GetProcessHistory)
def _history(records: Records, caller: str, message: messages.GetProcessHistory) -> list[Process]:
    require_member(records, caller, message.colony_name)
    since = records.clock.now() - timedelta(seconds=message.seconds)
    submitted = [
        process
        for process in records.processes(state_of(message.state)).values()
        if (process.submission_time or _EARLY) >= since and message.executor_id in ("", process.assigned_executor_id)
    ]
    return sorted(submitted, key=lambda process: process.submission_time or _EARLY)


def _first(processes: Iterable[Process], state: ProcessState, count: int) -> list[Process]:
    match state:
        case ProcessState.WAITING:
            return heapq.nsmallest(count, processes, key=lambda process: process.priority_time)
        case ProcessState.RUNNING:
            return heapq.nsmallest(count, processes, key=lambda process: process.start_time or _EARLY)
        case _:
            return heapq.nlargest(count, processes, key=lambda process: process.end_time or _EARLY)


def _filter(message: messages.GetProcesses) -> Callable[[Process], bool]:
    if message.executor_type:
        return lambda process: process.spec.conditions.executor_type == message.executor_type
    if message.initiator:
        return lambda process: process.initiator_name == message.initiator
    if message.label:
        return lambda process: process.spec.label == message.label
    return lambda process: True
