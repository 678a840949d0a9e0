"""Statements about the server's owner."""

from sqlalchemy import Connection, select, update
from sqlmodel import col

from colonyserver.storage.tables import Server


def find_server_owner(connection: Connection) -> str:
    """The identity of the server's owner, empty before the first one is set."""
    return connection.execute(select(col(Server.owner_id))).scalar() or ""


def set_server_owner(connection: Connection, owner_id: str) -> None:
    """Give the server to an identity."""
    connection.execute(update(Server).values(owner_id=owner_id))
