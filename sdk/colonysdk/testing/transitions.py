"""The states of a process and how it moves between them; each function gives a new process (wire: semantics of R)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from colonysdk.objects import Attribute, Executor, Process, ProcessState

WAITED_TOO_LONG = "Maximum waiting time limit exceeded"
RAN_TOO_LONG = "Maximum execution time limit exceeded"


def assigned(process: Process, executor: Executor, now: datetime) -> Process:
    """The process in the hands of an executor."""
    return _moved(
        process,
        ProcessState.RUNNING,
        is_assigned=True,
        assigned_executor_id=executor.executor_id,
        start_time=now,
        exec_deadline=_after(now, process.spec.max_exec_time) or process.exec_deadline,
    )


def succeeded(process: Process, output: Sequence[Any], now: datetime) -> Process:
    """The process ended well; an empty output keeps the one set earlier."""
    return _moved(process, ProcessState.SUCCESS, end_time=now, output=list(output) or process.output)


def failed(process: Process, errors: Sequence[str], now: datetime) -> Process:
    """The process ended with errors."""
    return _moved(process, ProcessState.FAILED, end_time=now, errors=list(errors))


def cancelled(process: Process, now: datetime) -> Process:
    """The process ended because somebody said so."""
    return _moved(process, ProcessState.CANCELLED, end_time=now)


def expired(process: Process, now: datetime) -> Process:
    """The process after a deadline passed: failed, or waiting again when it has retries left."""
    if process.state is ProcessState.WAITING:
        return failed(process, [WAITED_TOO_LONG], now)
    if -1 < process.spec.max_retries <= process.retries:
        return failed(process, [RAN_TOO_LONG], now)
    return _moved(
        process,
        ProcessState.WAITING,
        is_assigned=False,
        assigned_executor_id="",
        end_time=now,
        retries=process.retries + 1,
        wait_deadline=_after(now, process.spec.max_wait_time),
    )


def released(process: Process) -> Process:
    """The process after its executor left: waiting again, which is no retry."""
    return _moved(
        process, ProcessState.WAITING, is_assigned=False, assigned_executor_id="", start_time=None, end_time=None
    )


def deadline_of(process: Process) -> datetime | None:
    """When the process will expire if nothing happens."""
    match process.state:
        case ProcessState.WAITING:
            return process.wait_deadline
        case ProcessState.RUNNING:
            return process.exec_deadline if process.spec.max_exec_time > 0 else None
        case _:
            return None


def _moved(process: Process, state: ProcessState, **changes: Any) -> Process:
    attributes: list[Attribute] = [attribute.model_copy(update={"state": state}) for attribute in process.attributes]
    return process.model_copy(update={"state": state, "attributes": attributes, **changes})


def _after(now: datetime, seconds: int) -> datetime | None:
    return now + timedelta(seconds=seconds) if seconds > 0 else None
