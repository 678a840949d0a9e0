"""Changes of blueprints, each with the processes and crons that make things so, in one transaction."""

import json
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Connection

from colonysdk.objects import Blueprint, BlueprintDefinition
from colonyserver.access import Caller
from colonyserver.clock import Clock
from colonyserver.errors import Conflict, Forbidden, Invalid
from colonyserver.services.blueprint_schema import check_bounds, check_spec
from colonyserver.services.blueprints import not_found
from colonyserver.services.initiators import Initiator, initiator_of
from colonyserver.services.names import check_name, check_text
from colonyserver.services.reconciliation import Reconciliation, Started, has_handler
from colonyserver.services.submission import Submitted, new_process_id
from colonyserver.storage import blueprint_history, blueprints
from colonyserver.storage.blueprint_definitions import lock_definition_of_kind
from colonyserver.storage.database import Database
from colonyserver.storage.guards import existing_colonies
from colonyserver.storage.locations import ensure_location
from colonyserver.storage.process_record import ProcessRecord

_LARGEST_GENERATION = 2**53
"""So that there is room for more in every client."""


class BlueprintChanges:
    """Adds, updates, reconciles and removes blueprints, in the name of members or of the colony's owner."""

    def __init__(self, database: Database, clock: Clock, reconciliation: Reconciliation) -> None:
        self._database = database
        self._clock = clock
        self._reconciliation = reconciliation

    async def add(self, caller: Caller, blueprint: Blueprint) -> Blueprint:
        """Add a blueprint and have it reconciled, now and from time to time; one without an id gets one.

        Raises Invalid for what it or its definition does not allow, Conflict (wire: 409) when its name or id is taken,
        Forbidden for strangers to the colony.
        """
        _check(blueprint)
        colony_name = blueprint.metadata.colony_name
        initiator = initiator_of(caller, colony_name)
        blueprint_id = blueprint.blueprint_id or new_process_id(self._clock.now())
        added = blueprint.model_copy(update={"blueprint_id": blueprint_id})

        def unit(connection: Connection) -> Started:
            # A colony may have been removed since its member was let in.
            if not existing_colonies(connection, {colony_name}):
                raise Forbidden(f"Colony with name <{colony_name}> does not exists")
            definition = _fitting_definition(connection, added)
            is_known = blueprint_history.colony_of_history(connection, blueprint_id) is not None
            if is_known or not blueprints.add_blueprint(connection, added):
                raise Conflict(f"Blueprint with name '{added.metadata.name}' or its id already exists", status=409)
            _add_location(connection, added)
            self._note(connection, added, initiator, "create")
            cron = self._reconciliation.keep_reconciling(connection, added, definition, initiator)
            return Started(self._reconcile(connection, added, definition, initiator), cron)

        self._reconciliation.announce(await self._database.write(unit))
        return added

    async def update(self, caller: Caller, blueprint: Blueprint, *, force_generation: bool) -> Blueprint:
        """Replace the blueprint of this name; a changed specification is a new generation and is reconciled.

        Raises Invalid and Forbidden like `add`, NotFound.
        """
        _check(blueprint)
        initiator = initiator_of(caller, blueprint.metadata.colony_name)

        def unit(connection: Connection) -> _Update:
            old = blueprints.lock_blueprint(connection, blueprint.metadata.colony_name, blueprint.metadata.name)
            if old is None:
                raise not_found()
            definition = _fitting_definition(connection, blueprint)
            is_changed = force_generation or not _is_same(old.spec, blueprint.spec)
            new = _of_generation(blueprint, old.metadata.generation + is_changed)
            new.blueprint_id = old.blueprint_id
            blueprints.replace_blueprint(connection, new)
            cron = None
            if (old.kind, old.metadata.location_name) != (new.kind, new.metadata.location_name):
                _add_location(connection, new)
                self._reconciliation.stop_reconciling(connection, old)
                cron = self._reconciliation.keep_reconciling(connection, new, definition, initiator)
            if not is_changed:
                return _Update(new, Started(cron=cron))
            self._note(connection, new, initiator, "update")
            return _Update(new, Started(self._reconcile(connection, new, definition, initiator), cron))

        updated = await self._database.write(unit)
        self._reconciliation.announce(updated.started)
        return updated.blueprint

    async def reconcile(self, caller: Caller, colony_name: str, name: str, *, is_forced: bool) -> ProcessRecord:
        """Have a blueprint reconciled now, by force as a new generation; returns the process that does it.

        Raises NotFound, Invalid when its definition names no handler, Forbidden for strangers to the colony.
        """
        initiator = initiator_of(caller, colony_name)

        def unit(connection: Connection) -> Submitted:
            blueprint = blueprints.lock_blueprint(connection, colony_name, name)
            if blueprint is None:
                raise not_found()
            definition = lock_definition_of_kind(connection, colony_name, blueprint.kind)
            if definition is None or not has_handler(definition):
                raise Invalid(
                    f"Failed to reconcile blueprint, the definition of kind '{blueprint.kind}' names no handler; "
                    "it needs spec.handler.executorType and spec.handler.functionName"
                )
            if is_forced:
                blueprints.replace_blueprint(connection, _of_generation(blueprint, blueprint.metadata.generation + 1))
            return self._reconciliation.reconcile(connection, blueprint, definition, initiator, is_forced=is_forced)

        submitted = await self._database.write(unit)
        self._reconciliation.announce(Started(submitted))
        return submitted.record

    async def remove(self, caller: Caller, colony_name: str, name: str) -> None:
        """Remove a blueprint, and have what it stood for cleaned up; raises NotFound, Forbidden for strangers."""
        initiator = initiator_of(caller, colony_name)

        def unit(connection: Connection) -> Started:
            blueprint = blueprints.lock_blueprint(connection, colony_name, name)
            if blueprint is None:
                raise not_found()
            blueprints.remove_blueprint(connection, blueprint.blueprint_id)
            self._reconciliation.stop_reconciling(connection, blueprint)
            definition = lock_definition_of_kind(connection, colony_name, blueprint.kind)
            if definition is None:
                return Started()
            return Started(self._reconciliation.clean_up(connection, blueprint, definition, initiator))

        self._reconciliation.announce(await self._database.write(unit))

    def _reconcile(
        self, connection: Connection, blueprint: Blueprint, definition: BlueprintDefinition, initiator: Initiator
    ) -> Submitted | None:
        if not has_handler(definition):
            return None
        return self._reconciliation.reconcile(connection, blueprint, definition, initiator)

    def _note(self, connection: Connection, blueprint: Blueprint, initiator: Initiator, change_type: str) -> None:
        now = self._clock.now()
        blueprint_history.add_change(
            connection,
            blueprint,
            history_id=str(uuid4()),
            changed_at=now,
            changed_by=initiator.id,
            change_type=change_type,
        )


class _Update(NamedTuple):
    blueprint: Blueprint
    started: Started


def _check(blueprint: Blueprint) -> None:
    metadata = blueprint.metadata
    check_name(metadata.name, "blueprint name")
    check_text(blueprint.blueprint_id, "blueprint id")
    if metadata.location_name:
        check_name(metadata.location_name, "location name")
    if not blueprint.kind:
        raise Invalid("The kind of the blueprint is empty; name the kind of a definition (spec.names.kind)")
    if not 0 <= metadata.generation <= _LARGEST_GENERATION:
        raise Invalid(f"$.metadata.generation: it must be between 0 and {_LARGEST_GENERATION}")
    check_bounds(blueprint.to_wire(), "$")


def _fitting_definition(connection: Connection, blueprint: Blueprint) -> BlueprintDefinition:
    """The definition of a blueprint, whose schema it meets."""
    definition = lock_definition_of_kind(connection, blueprint.metadata.colony_name, blueprint.kind)
    if definition is None:
        raise Invalid(f"There is no definition of kind '{blueprint.kind[:255]}' in the colony; its owner can add one")
    if definition.spec.schema_ is not None:
        check_spec(blueprint.spec, definition.spec.schema_)
    return definition


def _add_location(connection: Connection, blueprint: Blueprint) -> None:
    metadata = blueprint.metadata
    if metadata.location_name:
        description = f"Auto-created from blueprint {metadata.name}"
        ensure_location(connection, metadata.colony_name, metadata.location_name, description)


def _of_generation(blueprint: Blueprint, generation: int) -> Blueprint:
    metadata = blueprint.metadata.model_copy(update={"generation": generation})
    return blueprint.model_copy(update={"metadata": metadata})


def _is_same(spec: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equality as JSON; Python takes true for 1."""
    return json.dumps(spec, sort_keys=True) == json.dumps(other, sort_keys=True)
