"""Statements about the places of executors."""

from typing import Any

from sqlalchemy import Connection

from colonysdk.objects import Location
from colonyserver.storage.driver import execute, fetch

_COLUMNS = "location_id, name, colony_name, description, longitude, latitude"


def add_location(connection: Connection, location: Location) -> bool:
    """Insert a location; False when its name is taken."""
    row = (location.location_id, location.name, location.colony_name, location.description, location.long, location.lat)
    statement = (
        f"INSERT INTO location ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (colony_name, name) DO NOTHING"
    )
    return execute(connection, statement, row) == 1


def ensure_location(connection: Connection, colony_name: str, name: str, description: str) -> None:
    """Insert a location whose coordinates nobody knows, unless there is one of that name."""
    add_location(connection, Location(name=name, colony_name=colony_name, description=description))


def find_location(connection: Connection, colony_name: str, name: str) -> Location | None:
    """The location of a name."""
    rows = fetch(connection, f"SELECT {_COLUMNS} FROM location WHERE colony_name = ? AND name = ?", (colony_name, name))
    return _location(rows[0]) if rows else None


def list_locations(connection: Connection, colony_name: str, *, limit: int) -> list[Location]:
    """The locations of a colony, by name."""
    statement = f"SELECT {_COLUMNS} FROM location WHERE colony_name = ? ORDER BY name LIMIT ?"
    return [_location(row) for row in fetch(connection, statement, (colony_name, limit))]


def remove_location(connection: Connection, colony_name: str, name: str) -> bool:
    """Delete a location; whether there was one."""
    return execute(connection, "DELETE FROM location WHERE colony_name = ? AND name = ?", (colony_name, name)) == 1


def _location(row: tuple[Any, ...]) -> Location:
    location_id, name, colony_name, description, longitude, latitude = row
    return Location(
        location_id=location_id,
        name=name,
        colony_name=colony_name,
        description=description,
        long=longitude,
        lat=latitude,
    )
