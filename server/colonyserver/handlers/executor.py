"""Messages about executors."""

from colonysdk.messages import (
    AddExecutor,
    ApproveExecutor,
    ChangeExecutorId,
    GetExecutor,
    GetExecutorById,
    GetExecutors,
    RejectExecutor,
    RemoveExecutor,
    ReportAllocation,
    UpdateExecutor,
)
from colonysdk.objects import Executor
from colonyserver.access import member_of, member_somewhere, owner_of
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services


@handles(AddExecutor, "add executor", allow=owner_of(lambda message: message.executor.colony_name))
async def add_executor(services: Services, request: Request[AddExecutor]) -> Executor:
    """Add an executor, which then waits for approval."""
    return await services.executors.add(request.message.executor)


@handles(GetExecutors, "get executors", allow=member_of(approved=False))
async def get_executors(services: Services, request: Request[GetExecutors]) -> bytes:
    """List a colony's executors in every state."""
    return null_list(await services.executors.all(request.message.colony_name))


@handles(GetExecutor, "get executor", allow=member_of())
async def get_executor(services: Services, request: Request[GetExecutor]) -> Executor:
    """Look an executor up by name."""
    return await services.executors.find(request.message.colony_name, request.message.executor_name)


@handles(GetExecutorById, "get executor", allow=member_somewhere)
async def get_executor_by_id(services: Services, request: Request[GetExecutorById]) -> Executor:
    """Look an executor up by id; wire: the colony that the message names is ignored."""
    return await services.executors.find_by_id(request.caller, request.message.executor_id)


@handles(ApproveExecutor, "approve executor", allow=owner_of())
async def approve_executor(services: Services, request: Request[ApproveExecutor]) -> None:
    """Let an executor work."""
    await services.executors.approve(request.message.colony_name, request.message.executor_name)


@handles(RejectExecutor, "reject executor", allow=owner_of())
async def reject_executor(services: Services, request: Request[RejectExecutor]) -> None:
    """Keep an executor from working."""
    await services.executors.reject(request.message.colony_name, request.message.executor_name)


@handles(RemoveExecutor, "remove executor", allow=owner_of())
async def remove_executor(services: Services, request: Request[RemoveExecutor]) -> None:
    """Unregister an executor; its running processes wait again."""
    await services.executors.remove(request.message.colony_name, request.message.executor_name)


@handles(ReportAllocation, "report allocations", allow=member_of(approved=False))
async def report_allocation(services: Services, request: Request[ReportAllocation]) -> None:
    """Keep the calling executor's allocations."""
    message = request.message
    member = request.member(message.colony_name)
    await services.executors.report_allocations(member, message.executor_name, message.allocations)


@handles(UpdateExecutor, "update executor", allow=member_of(approved=False))
async def update_executor(services: Services, request: Request[UpdateExecutor]) -> None:
    """Replace the calling executor's capabilities."""
    message = request.message
    member = request.member(message.colony_name)
    await services.executors.update_capabilities(member, message.executor_name, message.capabilities)


@handles(ChangeExecutorId, "change executor id", allow=member_of(approved=False))
async def change_executor_id(services: Services, request: Request[ChangeExecutorId]) -> bytes:
    """Give the calling executor another key; wire: the request comes back."""
    message = request.message
    await services.executors.change_id(request.member(message.colony_name), message.executor_id)
    return message.encode()
