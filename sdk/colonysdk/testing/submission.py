"""Submitting, ending and removing processes on a fake colony."""

from datetime import timedelta
from typing import Any

from colonysdk import messages, units
from colonysdk.errors import Refused
from colonysdk.objects import (
    MAX_PRIORITY,
    PRIORITY_STEP_NANOSECONDS,
    Attribute,
    AttributeType,
    FunctionSpec,
    Process,
    ProcessState,
    attribute_id,
)
from colonysdk.testing import transitions
from colonysdk.testing.access import require_assigned, require_colony_owner, require_member, require_process
from colonysdk.testing.answering import answers
from colonysdk.testing.listing import state_of
from colonysdk.testing.records import Records


def new_process(records: Records, spec: FunctionSpec, initiator_id: str, initiator_name: str) -> Process:
    """A process as it is right after it was submitted, not yet put into the records."""
    process_id = records.new_id()
    now = records.clock.now()
    return Process(
        process_id=process_id,
        initiator_id=initiator_id,
        initiator_name=initiator_name,
        priority_time=records.nanoseconds() - spec.priority * PRIORITY_STEP_NANOSECONDS,
        submission_time=now,
        wait_deadline=now + timedelta(seconds=spec.max_wait_time) if spec.max_wait_time > 0 else None,
        attributes=[_environment(process_id, spec, key, value) for key, value in spec.env.items()],
        spec=spec,
    )


def expire(records: Records) -> None:
    """Let every deadline that has passed take effect."""
    now = records.clock.now()
    for process_id in [process_id for process_id, deadline in records.deadlines.items() if deadline <= now]:
        records.put(transitions.expired(require_process(records, process_id), now))


@answers(messages.SubmitFunctionSpec)
def _submit(records: Records, caller: str, message: messages.SubmitFunctionSpec) -> Process:
    spec = message.spec
    require_member(records, caller, spec.conditions.colony_name)
    if abs(spec.priority) > MAX_PRIORITY:
        raise Refused(400, f"Failed to submit function spec, priority outside range [{-MAX_PRIORITY}, {MAX_PRIORITY}]")
    try:
        units.parse_cpu(spec.conditions.cpu)
        units.parse_memory(spec.conditions.mem)
    except ValueError as error:
        raise Refused(400, f"Failed to submit function spec, {error}") from error
    return records.put(new_process(records, spec, caller, _name_of(records, caller)))


@answers(messages.CloseSuccessful)
def _close(records: Records, caller: str, message: messages.CloseSuccessful) -> None:
    process = _to_end(records, caller, message.process_id, "successful")
    records.put(transitions.succeeded(process, message.output, records.clock.now()))


@answers(messages.CloseFailed)
def _fail(records: Records, caller: str, message: messages.CloseFailed) -> None:
    process = _to_end(records, caller, message.process_id, "failed")
    records.put(transitions.failed(process, message.errors, records.clock.now()))


@answers(messages.SetOutput)
def _set_output(records: Records, caller: str, message: messages.SetOutput) -> None:
    process = require_process(records, message.process_id, 500)
    require_assigned(records, caller, process)
    if message.output:
        records.put(process.model_copy(update={"output": message.output}))


@answers(messages.CancelProcess)
def _cancel(records: Records, caller: str, message: messages.CancelProcess) -> None:
    require_member(records, caller, records.colony_name)
    process = require_process(records, message.process_id, 500)
    if process.process_graph_id:
        raise Refused(400, "Failed to cancel process, it is a member of a workflow; cancel the workflow instead")
    if process.state.is_final:
        already = "already " if process.state is ProcessState.CANCELLED else ""
        raise Refused(400, f"Tried to cancel {already}{_word(process.state)} process")
    records.put(transitions.cancelled(process, records.clock.now()))


@answers(messages.RemoveProcess)
def _remove(records: Records, caller: str, message: messages.RemoveProcess) -> None:
    require_member(records, caller, records.colony_name)
    process = require_process(records, message.process_id, 500)
    if process.state is ProcessState.RUNNING:
        raise Refused(400, "Failed to remove process, it is running")
    records.remove(process.process_id)


@answers(messages.RemoveAllProcesses)
def _remove_all(records: Records, caller: str, message: messages.RemoveAllProcesses) -> None:
    require_colony_owner(records, caller, message.colony_name)
    if message.state == ProcessState.RUNNING:
        raise Refused(400, "Not possible to remove running processes")
    for state in ProcessState if message.state == -1 else [state_of(message.state)]:
        for process_id in list(records.processes(state)):
            records.remove(process_id)


def _to_end(records: Records, caller: str, process_id: str, word: str) -> Process:
    require_member(records, caller, records.colony_name)
    process = require_process(records, process_id, 500)
    if process.assigned_executor_id != caller:
        raise Refused(403, f"Failed to close process as {word}, not allowed to close process as {word}")
    if process.state is not ProcessState.RUNNING:
        raise Refused(400, f"Tried to set {_word(process.state)} process as {word}")
    return process


def _word(state: ProcessState) -> str:
    return "successful" if state is ProcessState.SUCCESS else state.name.lower()


def _name_of(records: Records, caller: str) -> str:
    executor = records.executor_with_id(caller)
    if executor is not None:
        return executor.executor_name
    user = records.user_with_id(caller)
    return user.name if user is not None else ""


def _environment(process_id: str, spec: FunctionSpec, key: str, value: Any) -> Attribute:
    return Attribute(
        attribute_id=attribute_id(process_id, key, AttributeType.ENV),
        target_id=process_id,
        target_colony_name=spec.conditions.colony_name,
        attribute_type=AttributeType.ENV,
        key=key,
        value=value,
    )
