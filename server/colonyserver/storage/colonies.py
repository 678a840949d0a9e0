"""Statements about colonies."""

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from colonysdk.objects import Colony as WireColony
from colonyserver.storage.driver import fetch, is_postgresql
from colonyserver.storage.tables import Colony, Queue, Shape

_TABLES_OF_A_COLONY = [table for table in Colony.metadata.sorted_tables if "colony_name" in table.columns]


def add_colony(connection: Connection, colony: WireColony, created_at: int) -> None:
    """Insert a colony; `created_at` in Unix nanoseconds."""
    row = {"name": colony.name, "owner_id": colony.colony_id, "created_at": created_at, "is_paused": False}
    connection.execute(insert(Colony).values(row))


def find_colony(connection: Connection, name: str) -> WireColony | None:
    """The colony of a name."""
    rows = fetch(connection, "SELECT owner_id FROM colony WHERE name = ?", (name,))
    return WireColony(colony_id=rows[0][0], name=name) if rows else None


def list_colonies(connection: Connection) -> list[WireColony]:
    """All colonies, by name."""
    rows = fetch(connection, "SELECT owner_id, name FROM colony ORDER BY name")
    return [WireColony(colony_id=owner_id, name=name) for owner_id, name in rows]


def change_owner(connection: Connection, name: str, owner_id: str) -> None:
    """Give a colony to another identity."""
    connection.execute(update(Colony).where(col(Colony.name) == name).values(owner_id=owner_id))


def remove_colony(connection: Connection, name: str) -> bool:
    """Delete a colony and everything in it; whether there was one."""
    if find_colony(connection, name) is None:
        return False
    shapes = select(col(Shape.shape_id)).where(col(Shape.colony_name) == name)
    connection.execute(delete(Queue).where(col(Queue.shape_id).in_(shapes)))
    for table in _TABLES_OF_A_COLONY:
        # Other servers remember its shapes, and would not store them again for a colony of the same name.
        if table.name == Shape.__tablename__ and is_postgresql(connection):
            continue
        connection.execute(delete(table).where(table.columns["colony_name"] == name))
    connection.execute(delete(Colony).where(col(Colony.name) == name))
    return True


def set_paused(connection: Connection, name: str, *, is_paused: bool) -> None:
    """Stop or resume handing out the processes of a colony."""
    connection.execute(update(Colony).where(col(Colony.name) == name).values(is_paused=is_paused))


def is_paused(connection: Connection, name: str) -> bool:
    """Whether a colony hands out no processes."""
    rows = fetch(connection, "SELECT is_paused FROM colony WHERE name = ?", (name,))
    return bool(rows and rows[0][0])
