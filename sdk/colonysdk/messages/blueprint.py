"""Messages about blueprints and their definitions; wire: most call the colony `namespace`, some `colonyname`."""

from typing import Any

from pydantic import Field

from colonysdk.messages.base import Message
from colonysdk.objects import Blueprint, BlueprintDefinition, BlueprintHistory, Process
from colonysdk.objects.wire import Int64


class AddBlueprintDefinition(Message[BlueprintDefinition], payload="addblueprintdefinitionmsg"):
    """Define a kind of blueprint; for the colony owner."""

    definition: BlueprintDefinition = Field(alias="blueprintdefinition")


class GetBlueprintDefinition(Message[BlueprintDefinition], payload="getblueprintdefinitionmsg"):
    """Look a definition up by its name."""

    colony_name: str = ""
    name: str = ""


class GetBlueprintDefinitions(Message[list[BlueprintDefinition]], payload="getblueprintdefinitionsmsg"):
    """List the definitions of a colony."""

    colony_name: str = ""


class RemoveBlueprintDefinition(Message[None], payload="removeblueprintdefinitionmsg"):
    """Remove a definition that no blueprint refers to; for the colony owner."""

    namespace: str = ""
    name: str = ""


class AddBlueprint(Message[Blueprint], payload="addblueprintmsg"):
    """Add a blueprint, and have it reconciled."""

    blueprint: Blueprint


class GetBlueprint(Message[Blueprint], payload="getblueprintmsg"):
    """Look a blueprint up by its name."""

    namespace: str = ""
    name: str = ""


class GetBlueprints(Message[list[Blueprint]], payload="getblueprintsmsg"):
    """List the blueprints of a colony, or of one kind, or of one kind at one location."""

    namespace: str = ""
    kind: str = ""
    location_name: str = ""


class UpdateBlueprint(Message[Blueprint], payload="updateblueprintmsg"):
    """Replace a blueprint, status included; a changed specification is a new generation and is reconciled."""

    blueprint: Blueprint
    force_generation: bool = False


class UpdateBlueprintStatus(Message[None], payload="updateblueprintstatusmsg"):
    """Replace the status of a blueprint."""

    colony_name: str = ""
    blueprint_name: str = ""
    status: dict[str, Any] = Field(default_factory=dict)


class RemoveBlueprint(Message[None], payload="removeblueprintmsg"):
    """Remove a blueprint, and have what it stood for cleaned up."""

    namespace: str = ""
    name: str = ""


class ReconcileBlueprint(Message[Process], payload="reconcileblueprintmsg"):
    """Have a blueprint reconciled now, with `force` as a new generation; the reply is the process that does it."""

    namespace: str = ""
    name: str = ""
    force: bool = False


class GetBlueprintHistory(Message[list[BlueprintHistory]], payload="getblueprinthistorymsg"):
    """List the changes of a blueprint, the newest first; a `limit` of 0 means all."""

    blueprint_id: str = ""
    limit: Int64 = 0
