"""Blueprints as they are: looking at them, at their history, and noting their status."""

from typing import Any

import pydantic_core
from sqlalchemy import Connection

from colonysdk.objects import Blueprint, BlueprintHistory
from colonyserver.access import NOT_A_MEMBER, Caller
from colonyserver.errors import Forbidden, Invalid, NotFound
from colonyserver.services.blueprint_schema import check_bounds
from colonyserver.services.initiators import initiator_of
from colonyserver.storage import blueprint_history, blueprints
from colonyserver.storage.blueprint_history import MAX_CHANGES
from colonyserver.storage.database import Database

MAX_BLUEPRINTS = 10_000
"""wire: getblueprintsmsg has no count; this bounds the memory that one call can take."""


class BlueprintService:
    """Finds blueprints, and keeps what executors say about them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, colony_name: str, name: str) -> Blueprint:
        """The blueprint of a name; raises NotFound."""
        found = await self._database.read(lambda connection: blueprints.find_blueprint(connection, colony_name, name))
        if found is None:
            raise not_found()
        return found

    async def all(self, colony_name: str, *, kind: str = "", location_name: str = "") -> list[Blueprint]:
        """The blueprints of a colony by name, at most 10,000: all, or those of a kind, or of a kind at a location."""
        return await self._database.read(
            lambda connection: blueprints.list_blueprints(
                connection, colony_name, MAX_BLUEPRINTS, kind=kind, location_name=location_name
            )
        )

    async def set_status(self, colony_name: str, name: str, status: dict[str, Any]) -> None:
        """Replace the status of a blueprint; raises Invalid for a large one, NotFound."""
        check_bounds(status, "$.status")
        status_json = pydantic_core.to_json(status).decode()

        def unit(connection: Connection) -> None:
            if not blueprints.set_blueprint_status(connection, colony_name, name, status_json):
                raise not_found()

        await self._database.write(unit)

    async def history(self, caller: Caller, blueprint_id: str, limit: int) -> list[BlueprintHistory]:
        """The changes of a blueprint that is or was there, the newest first: `limit` of them, or for 0 the last 1000.

        Raises Invalid, NotFound, Forbidden unless the caller is an approved member or the owner of its colony.
        """
        if limit < 0:
            raise Invalid("Failed to get blueprint history, the limit is negative; 0 means all")

        def query(connection: Connection) -> list[BlueprintHistory]:
            colony_name = blueprint_history.colony_of_history(connection, blueprint_id)
            if colony_name is None:
                # To an owner who is a member nowhere, what is not there looks like what belongs to others.
                raise not_found() if caller.is_approved_somewhere else Forbidden(NOT_A_MEMBER)
            initiator_of(caller, colony_name)
            return blueprint_history.list_changes(connection, blueprint_id, min(limit or MAX_CHANGES, MAX_CHANGES))

        return await self._database.read(query)


def not_found() -> NotFound:
    """The refusal for a blueprint that is not there."""
    return NotFound("Blueprint not found")
