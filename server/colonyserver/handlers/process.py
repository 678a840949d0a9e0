"""Messages about processes."""

from colonysdk.messages import (
    AssignProcess,
    CancelProcess,
    CloseFailed,
    CloseSuccessful,
    GetProcess,
    GetProcesses,
    GetProcessHistory,
    RemoveAllProcesses,
    RemoveProcess,
    SetOutput,
    SubmitFunctionSpec,
)
from colonyserver.access import Member, member_of, member_somewhere, owner_of
from colonyserver.errors import Invalid, NotFound
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.requirements import UNLIMITED, Asker
from colonyserver.services.amounts import read_cpu, read_memory
from colonyserver.services.bundle import Services
from colonyserver.storage.process_record import ProcessRecord


@handles(
    SubmitFunctionSpec, "submit function spec", allow=member_of(lambda message: message.spec.conditions.colony_name)
)
async def submit(services: Services, request: Request[SubmitFunctionSpec]) -> ProcessRecord:
    """Take a specification in."""
    spec = request.message.spec
    initiator = request.member(spec.conditions.colony_name)
    return await services.extensions.submissions.submit(
        spec, key=request.message.submit_key, initiator_id=initiator.id, initiator_name=initiator.name
    )


@handles(
    AssignProcess,
    "assign process",
    allow=member_of(),
    parks=True,
)
async def assign(services: Services, request: Request[AssignProcess]) -> ProcessRecord:
    """Hand a process to the calling executor, which may wait for one."""
    message = request.message
    member = request.member(message.colony_name)
    asker = _asker(member, message)
    with services.extensions.offers.made_by(asker):
        return await services.lifecycle.assignment.assign(asker, message.timeout)


@handles(GetProcess, "get process", allow=member_somewhere)
async def get_process(services: Services, request: Request[GetProcess]) -> ProcessRecord:
    """Look a process up."""
    return await services.lifecycle.processes.find(request.caller, request.message.process_id)


@handles(GetProcesses, "get processes", allow=member_of())
async def get_processes(services: Services, request: Request[GetProcesses]) -> bytes:
    """List the first processes of a state."""
    message = request.message
    records = await services.lifecycle.processes.all(
        message.colony_name,
        state=message.state,
        count=message.count,
        executor_type=message.executor_type,
        label=message.label,
        initiator=message.initiator,
    )
    return null_list(records)


@handles(GetProcessHistory, "get process history", allow=member_of())
async def get_process_history(services: Services, request: Request[GetProcessHistory]) -> bytes:
    """List what was submitted lately."""
    message = request.message
    records = await services.lifecycle.processes.submitted_within(
        message.colony_name, seconds=message.seconds, state=message.state, executor_id=message.executor_id
    )
    return null_list(records)


@handles(CloseSuccessful, "close process as successful", allow=member_somewhere)
async def close_successful(services: Services, request: Request[CloseSuccessful]) -> None:
    """End a process well."""
    await services.lifecycle.closing.succeed(request.caller, request.message.process_id, request.message.output)


@handles(CloseFailed, "close process as failed", allow=member_somewhere)
async def close_failed(services: Services, request: Request[CloseFailed]) -> None:
    """End a process as failed."""
    await services.lifecycle.closing.fail(request.caller, request.message.process_id, request.message.errors)


@handles(CancelProcess, "cancel process", allow=member_somewhere)
async def cancel(services: Services, request: Request[CancelProcess]) -> None:
    """Cancel a waiting or running process."""
    await services.lifecycle.closing.cancel(request.caller, request.message.process_id)


@handles(SetOutput, "set output", allow=member_somewhere)
async def set_output(services: Services, request: Request[SetOutput]) -> None:
    """Set the output of a running process."""
    await services.lifecycle.closing.set_output(request.caller, request.message.process_id, request.message.output)


@handles(RemoveProcess, "remove process", allow=member_somewhere)
async def remove_process(services: Services, request: Request[RemoveProcess]) -> None:
    """Remove the record of a process that is not running."""
    await services.lifecycle.removal.remove(request.caller, request.message.process_id)


@handles(RemoveAllProcesses, "remove all processes", allow=owner_of())
async def remove_all_processes(services: Services, request: Request[RemoveAllProcesses]) -> None:
    """Remove the records of all processes in a state."""
    await services.lifecycle.removal.remove_all(request.message.colony_name, request.message.state)


def _asker(member: Member, message: AssignProcess) -> Asker:
    if not member.is_executor:
        raise NotFound("Failed to assign process, executor not found", status=500)
    try:
        cpu = read_cpu(message.available_cpu).amount if message.available_cpu else UNLIMITED
        mem = read_memory(message.available_mem).amount if message.available_mem else UNLIMITED
    except ValueError as error:
        raise Invalid(f"Failed to assign process, {error}") from None
    return Asker(
        colony_name=member.colony_name,
        executor_type=member.executor_type,
        executor_name=member.name,
        executor_id=member.id,
        location_name=member.location_name.lower(),
        cpu=cpu,
        mem=mem,
    )
