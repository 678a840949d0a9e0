"""Messages about workflows, which the wire calls process graphs."""

from colonysdk.messages import (
    AddChild,
    CancelWorkflow,
    GetWorkflow,
    GetWorkflows,
    RemoveAllWorkflows,
    RemoveWorkflow,
    SubmitWorkflow,
)
from colonyserver.access import member_of, member_somewhere, owner_of
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.workflows import WorkflowView


@handles(SubmitWorkflow, "submit workflow", allow=member_of(lambda message: message.spec.colony_name))
async def submit(services: Services, request: Request[SubmitWorkflow]) -> WorkflowView:
    """Take a workflow in."""
    spec = request.message.spec
    initiator = request.member(spec.colony_name)
    return await services.extensions.submissions.submit_workflow(
        spec, key=request.message.submit_key, initiator_id=initiator.id, initiator_name=initiator.name
    )


@handles(GetWorkflow, "get processgraph", allow=member_somewhere)
async def get_workflow(services: Services, request: Request[GetWorkflow]) -> WorkflowView:
    """Look a workflow up."""
    return await services.lifecycle.workflow_reading.find(request.caller, request.message.process_graph_id)


@handles(GetWorkflows, "get processgraphs", allow=member_of())
async def get_workflows(services: Services, request: Request[GetWorkflows]) -> bytes:
    """List the newest workflows of a state."""
    message = request.message
    views = await services.lifecycle.workflow_reading.all(message.colony_name, state=message.state, count=message.count)
    return null_list(views)


@handles(CancelWorkflow, "cancel processgraph", allow=member_somewhere)
async def cancel(services: Services, request: Request[CancelWorkflow]) -> None:
    """Cancel what has not ended of a workflow."""
    await services.lifecycle.workflow_cancelling.cancel(request.caller, request.message.process_graph_id)


@handles(RemoveWorkflow, "remove processgraph", allow=member_somewhere)
async def remove_workflow(services: Services, request: Request[RemoveWorkflow]) -> None:
    """Remove the record of a workflow."""
    await services.lifecycle.workflow_removal.remove(request.caller, request.message.process_graph_id)


@handles(RemoveAllWorkflows, "remove all processgraphs", allow=owner_of())
async def remove_all_workflows(services: Services, request: Request[RemoveAllWorkflows]) -> None:
    """Remove the records of all workflows in a state."""
    await services.lifecycle.workflow_removal.remove_all(request.message.colony_name, request.message.state)


@handles(AddChild, "add child", allow=member_of(lambda message: message.spec.conditions.colony_name))
async def add_child(services: Services, request: Request[AddChild]) -> ProcessRecord:
    """Add a process that waits for one that the caller runs."""
    message = request.message
    growth = services.lifecycle.workflow_growth
    if message.insert:
        return await growth.insert(request.caller, message.spec, message.process_graph_id, message.parent_process_id)
    return await growth.append(
        request.caller,
        message.spec,
        message.process_graph_id,
        message.parent_process_id,
        message.child_process_id,
    )
