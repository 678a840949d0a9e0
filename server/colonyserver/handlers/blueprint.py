"""Messages about blueprints; wire: the colony is called namespace in most of them."""

from colonysdk.messages import (
    AddBlueprint,
    GetBlueprint,
    GetBlueprintHistory,
    GetBlueprints,
    ReconcileBlueprint,
    RemoveBlueprint,
    UpdateBlueprint,
    UpdateBlueprintStatus,
)
from colonysdk.objects import Blueprint
from colonyserver.access import member_of, member_or_owner_of, member_or_owner_somewhere
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services
from colonyserver.storage.process_record import ProcessRecord


@handles(
    AddBlueprint, "add blueprint", allow=member_or_owner_of(lambda message: message.blueprint.metadata.colony_name)
)
async def add_blueprint(services: Services, request: Request[AddBlueprint]) -> Blueprint:
    """Add a blueprint and have it reconciled."""
    return await services.blueprint_changes.add(request.caller, request.message.blueprint)


@handles(GetBlueprint, "get blueprint", allow=member_or_owner_of(lambda message: message.namespace))
async def get_blueprint(services: Services, request: Request[GetBlueprint]) -> Blueprint:
    """Look a blueprint up."""
    return await services.blueprints.find(request.message.namespace, request.message.name)


@handles(GetBlueprints, "get blueprints", allow=member_or_owner_of(lambda message: message.namespace))
async def get_blueprints(services: Services, request: Request[GetBlueprints]) -> bytes:
    """List blueprints of a colony."""
    message = request.message
    found = await services.blueprints.all(message.namespace, kind=message.kind, location_name=message.location_name)
    return null_list(found)


@handles(
    UpdateBlueprint,
    "update blueprint",
    allow=member_or_owner_of(lambda message: message.blueprint.metadata.colony_name),
)
async def update_blueprint(services: Services, request: Request[UpdateBlueprint]) -> Blueprint:
    """Replace a blueprint."""
    message = request.message
    return await services.blueprint_changes.update(
        request.caller, message.blueprint, force_generation=message.force_generation
    )


@handles(UpdateBlueprintStatus, "update blueprint status", allow=member_of())
async def update_blueprint_status(services: Services, request: Request[UpdateBlueprintStatus]) -> None:
    """Replace the status of a blueprint."""
    message = request.message
    await services.blueprints.set_status(message.colony_name, message.blueprint_name, message.status)


@handles(RemoveBlueprint, "remove blueprint", allow=member_or_owner_of(lambda message: message.namespace))
async def remove_blueprint(services: Services, request: Request[RemoveBlueprint]) -> None:
    """Remove a blueprint and have it cleaned up."""
    await services.blueprint_changes.remove(request.caller, request.message.namespace, request.message.name)


@handles(ReconcileBlueprint, "reconcile blueprint", allow=member_of(lambda message: message.namespace))
async def reconcile_blueprint(services: Services, request: Request[ReconcileBlueprint]) -> ProcessRecord:
    """Have a blueprint reconciled now."""
    message = request.message
    return await services.blueprint_changes.reconcile(
        request.caller, message.namespace, message.name, is_forced=message.force
    )


@handles(GetBlueprintHistory, "get blueprint history", allow=member_or_owner_somewhere)
async def get_blueprint_history(services: Services, request: Request[GetBlueprintHistory]) -> bytes:
    """List the changes of a blueprint."""
    message = request.message
    return null_list(await services.blueprints.history(request.caller, message.blueprint_id, message.limit))
