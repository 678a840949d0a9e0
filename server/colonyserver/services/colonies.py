"""Colonies: made and removed by the server's owner, each owned by an identity."""

import time

from sqlalchemy import Connection

from colonysdk.objects import Colony
from colonyserver.errors import Conflict, NotFound
from colonyserver.events import ColonyRemoved, Events, MembershipChanged
from colonyserver.services.names import check_identity, check_name
from colonyserver.storage import colonies
from colonyserver.storage.database import Database


class ColonyService:
    """Adds, finds and removes colonies."""

    def __init__(self, database: Database, events: Events) -> None:
        self._database = database
        self._events = events

    async def add(self, colony: Colony) -> Colony:
        """Add a colony; raises Invalid, or Conflict when its name is taken."""
        check_name(colony.name, "colony name")
        check_identity(colony.colony_id, "colony id")

        def unit(connection: Connection) -> None:
            if colonies.find_colony(connection, colony.name):
                raise Conflict(f"A Colony with name <{colony.name}> already exists")
            colonies.add_colony(connection, colony, time.time_ns())

        await self._database.write(unit)
        self._events.publish(MembershipChanged(colony.colony_id, colony.name))
        return Colony(colony_id=colony.colony_id, name=colony.name)

    async def find(self, name: str) -> Colony:
        """The colony of a name; raises NotFound (wire: 400)."""
        colony = await self._database.read(lambda connection: colonies.find_colony(connection, name))
        if colony is None:
            raise _unknown(name)
        return colony

    async def all(self) -> list[Colony]:
        """All colonies, by name."""
        return await self._database.read(colonies.list_colonies)

    async def change_owner(self, name: str, owner_id: str) -> None:
        """Give a colony to another identity; raises Invalid, or NotFound (wire: 400)."""
        check_identity(owner_id, "colony id")

        def unit(connection: Connection) -> Colony:
            colony = colonies.find_colony(connection, name)
            if colony is None:
                raise _unknown(name)
            colonies.change_owner(connection, name, owner_id)
            return colony

        former = await self._database.write(unit)
        self._events.publish(MembershipChanged(former.colony_id, name))
        self._events.publish(MembershipChanged(owner_id, name))

    async def remove(self, name: str) -> None:
        """Remove a colony with everything in it; raises NotFound (wire: 400)."""
        if not await self._database.write(lambda connection: colonies.remove_colony(connection, name)):
            raise _unknown(name)
        self._events.publish(ColonyRemoved(name))


def _unknown(name: str) -> NotFound:
    return NotFound(f"Colony with name <{name}> not found", status=400)
