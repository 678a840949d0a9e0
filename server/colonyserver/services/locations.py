"""Locations: where the executors of a colony are."""

from sqlalchemy import Connection

from colonysdk.objects import Location
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.services.names import MAX_NAME_LENGTH, check_name, check_text
from colonyserver.storage import locations
from colonyserver.storage.database import Database
from colonyserver.storage.guards import existing_colonies

MAX_LOCATIONS = 100_000


class LocationService:
    """Adds, finds, lists and removes locations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, location: Location) -> Location:
        """Add a location; raises Invalid, Conflict when its name is taken, Forbidden when the colony is gone."""
        check_name(location.name, "location name")
        check_text(location.location_id, "location id")
        check_text(location.description, "description")
        if not -180 <= location.long <= 180:
            raise Invalid("The longitude must be between -180 and 180 degrees")
        if not -90 <= location.lat <= 90:
            raise Invalid("The latitude must be between -90 and 90 degrees")

        def unit(connection: Connection) -> None:
            # A colony may have been removed since its owner was let in.
            if not existing_colonies(connection, {location.colony_name}):
                raise Forbidden(f"Colony with name <{location.colony_name}> does not exists")
            if not locations.add_location(connection, location):
                raise Conflict(
                    f"Location with name <{location.name}> in Colony <{location.colony_name}> already exists"
                )

        await self._database.write(unit)
        return await self.find(location.colony_name, location.name)

    async def find(self, colony_name: str, name: str) -> Location:
        """The location of a name; raises NotFound."""
        found = await self._database.read(lambda connection: locations.find_location(connection, colony_name, name))
        if found is None:
            raise NotFound("Failed to get location, location not found")
        return found

    async def all(self, colony_name: str) -> list[Location]:
        """The locations of a colony, by name."""
        return await self._database.read(
            lambda connection: locations.list_locations(connection, colony_name, limit=MAX_LOCATIONS)
        )

    async def remove(self, colony_name: str, name: str) -> None:
        """Remove a location; raises NotFound (wire: 400). Executors there stay where they are."""

        def unit(connection: Connection) -> None:
            if not locations.remove_location(connection, colony_name, name):
                raise NotFound(f"Location with name <{name[:MAX_NAME_LENGTH]}> not found", status=400)

        await self._database.write(unit)
