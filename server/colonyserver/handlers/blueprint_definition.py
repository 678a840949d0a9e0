"""Messages about the definitions of blueprints."""

from colonysdk.messages import (
    AddBlueprintDefinition,
    GetBlueprintDefinition,
    GetBlueprintDefinitions,
    RemoveBlueprintDefinition,
)
from colonysdk.objects import BlueprintDefinition
from colonyserver.access import member_or_owner_of, owner_of
from colonyserver.handlers.registry import Request, handles, json_list
from colonyserver.services.bundle import Services


@handles(
    AddBlueprintDefinition,
    "add blueprint definition",
    allow=owner_of(lambda message: message.definition.metadata.colony_name),
)
async def add_definition(services: Services, request: Request[AddBlueprintDefinition]) -> BlueprintDefinition:
    """Define a kind of blueprint."""
    return await services.blueprint_definitions.add(request.message.definition)


@handles(GetBlueprintDefinition, "get blueprint definition", allow=member_or_owner_of())
async def get_definition(services: Services, request: Request[GetBlueprintDefinition]) -> BlueprintDefinition:
    """Look a definition up."""
    return await services.blueprint_definitions.find(request.message.colony_name, request.message.name)


@handles(GetBlueprintDefinitions, "get blueprint definitions", allow=member_or_owner_of())
async def get_definitions(services: Services, request: Request[GetBlueprintDefinitions]) -> bytes:
    """List a colony's definitions."""
    return json_list(await services.blueprint_definitions.all(request.message.colony_name))


@handles(RemoveBlueprintDefinition, "remove blueprint definition", allow=owner_of(lambda message: message.namespace))
async def remove_definition(services: Services, request: Request[RemoveBlueprintDefinition]) -> None:
    """Remove a definition."""
    await services.blueprint_definitions.remove(request.message.namespace, request.message.name)
