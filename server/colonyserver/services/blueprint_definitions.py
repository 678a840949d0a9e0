"""Definitions of blueprints: the kinds that a colony has, kept by its owner."""

from sqlalchemy import Connection

from colonysdk.objects import BlueprintDefinition
from colonyserver.clock import Clock
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.services.blueprint_schema import check_bounds
from colonyserver.services.names import check_name, check_text
from colonyserver.services.submission import new_process_id
from colonyserver.storage import blueprint_definitions as definitions
from colonyserver.storage.blueprints import count_of_kind
from colonyserver.storage.database import Database
from colonyserver.storage.guards import existing_colonies

MAX_DEFINITIONS = 10_000
_LONGEST_INTERVAL = 10**9


class BlueprintDefinitionService:
    """Adds, finds and removes definitions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, definition: BlueprintDefinition) -> BlueprintDefinition:
        """Add a definition; one without an id gets one.

        Raises Invalid, Conflict (wire: 500) when its name or id is taken, Forbidden when the colony is gone.
        """
        _check(definition)
        definition_id = definition.blueprint_definition_id or new_process_id(self._clock.now())
        added = definition.model_copy(update={"blueprint_definition_id": definition_id})
        colony_name = added.metadata.colony_name

        def unit(connection: Connection) -> None:
            # A colony may have been removed since its owner was let in.
            if not existing_colonies(connection, {colony_name}):
                raise Forbidden(f"Colony with name <{colony_name}> does not exists")
            if not definitions.add_definition(connection, added):
                raise Conflict(
                    "Failed to add blueprint definition, duplicate key: there is a definition with this name "
                    f"<{added.metadata.name}> or id already",
                    status=500,
                )

        await self._database.write(unit)
        return added

    async def find(self, colony_name: str, name: str) -> BlueprintDefinition:
        """The definition of a name; raises NotFound."""
        found = await self._database.read(lambda connection: definitions.find_definition(connection, colony_name, name))
        if found is None:
            raise NotFound("Blueprint definition not found")
        return found

    async def all(self, colony_name: str) -> list[BlueprintDefinition]:
        """The definitions of a colony, by name."""
        return await self._database.read(
            lambda connection: definitions.list_definitions(connection, colony_name, MAX_DEFINITIONS)
        )

    async def remove(self, colony_name: str, name: str) -> None:
        """Remove a definition; raises NotFound, Conflict (wire: 409) while there are blueprints of its kind."""

        def unit(connection: Connection) -> None:
            definition = definitions.lock_definition(connection, colony_name, name)
            if definition is None:
                raise NotFound("Blueprint definition not found")
            kind = definition.spec.names.kind
            if count := count_of_kind(connection, colony_name, kind):
                raise Conflict(
                    f"cannot remove BlueprintDefinition '{name}': {count} blueprint(s) of kind '{kind}' still exist",
                    status=409,
                )
            definitions.remove_definition(connection, colony_name, name)

        await self._database.write(unit)


def _check(definition: BlueprintDefinition) -> None:
    check_name(definition.metadata.name, "definition name")
    check_text(definition.blueprint_definition_id, "definition id")
    check_name(definition.spec.names.kind, "kind of a blueprint (spec.names.kind)")
    handler = definition.spec.handler
    # Both make the name of a node.
    check_text(f"{handler.executor_type}-{handler.function_name}", "executor type and function name of the handler")
    check_text(f"{handler.executor_type}-cleanup", "executor type of the handler")
    if not 0 <= handler.reconcile_interval <= _LONGEST_INTERVAL:
        raise Invalid(f"$.spec.handler.reconcileInterval: it must be between 0 and {_LONGEST_INTERVAL} seconds")
    check_bounds(definition.to_wire(), "$")
