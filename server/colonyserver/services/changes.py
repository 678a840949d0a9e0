"""Events about processes, made from their records."""

import json

from colonysdk.objects import ProcessState
from colonyserver.events import ProcessChanged
from colonyserver.requirements import Requirement, targets_of
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import ProcessStatus


def changed(
    record: ProcessRecord, requirement: Requirement | None = None, former_executor_id: str = ""
) -> ProcessChanged:
    """The event that a process has entered its state; with its requirement when it can be taken now.

    `former_executor_id` is the executor that it was just taken from.
    """
    return ProcessChanged(
        record.process_id,
        record.colony_name,
        record.state,
        record.executor_type,
        record.location_name,
        _due_at(record),
        requirement,
        record.executor_id or former_executor_id,
    )


def ended(status: ProcessStatus, state: ProcessState) -> ProcessChanged:
    """The event that a process has ended in `state`; `status` is the one before."""
    return ProcessChanged(
        status.process_id,
        status.colony_name,
        state,
        status.executor_type,
        status.location_name,
        executor_id=status.executor_id,
    )


def requirement_of(record: ProcessRecord) -> Requirement:
    """What a stored process requires of an executor."""
    names = json.loads(record.spec_json)["conditions"]["executornames"]
    return Requirement(
        record.colony_name, record.executor_type, targets_of(names), record.location_name, record.cpu, record.mem
    )


def _due_at(record: ProcessRecord) -> int | None:
    if record.state == ProcessState.WAITING:
        return record.wait_deadline
    if record.state == ProcessState.RUNNING and record.max_exec_time > 0:
        return record.exec_deadline
    return None
