"""Statements about users."""

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update
from sqlmodel import col

from colonysdk.objects import User as WireUser
from colonyserver.storage.tables import User


def add_user(connection: Connection, user: WireUser) -> None:
    """Insert a user."""
    row = {
        "colony_name": user.colony_name,
        "name": user.name,
        "user_id": user.user_id,
        "email": user.email,
        "phone": user.phone,
    }
    connection.execute(insert(User).values(row))


def find_user(connection: Connection, colony_name: str, name: str) -> WireUser | None:
    """The user of a name."""
    return _first(connection, col(User.colony_name) == colony_name, col(User.name) == name)


def find_user_by_id(connection: Connection, colony_name: str, user_id: str) -> WireUser | None:
    """The user of an identity."""
    return _first(connection, col(User.colony_name) == colony_name, col(User.user_id) == user_id)


def list_users(connection: Connection, colony_name: str) -> list[WireUser]:
    """The users of a colony, by name."""
    query = select(User).where(col(User.colony_name) == colony_name).order_by(col(User.name))
    return [_user(row) for row in connection.execute(query)]


def remove_user(connection: Connection, colony_name: str, name: str) -> None:
    """Delete a user."""
    connection.execute(delete(User).where(col(User.colony_name) == colony_name, col(User.name) == name))


def change_user_id(connection: Connection, colony_name: str, old_id: str, new_id: str) -> None:
    """Give a user another identity."""
    own = (col(User.colony_name) == colony_name, col(User.user_id) == old_id)
    connection.execute(update(User).where(*own).values(user_id=new_id))


def _first(connection: Connection, *conditions: ColumnElement[bool]) -> WireUser | None:
    row = connection.execute(select(User).where(*conditions)).first()
    return _user(row) if row else None


def _user(row: Row[User]) -> WireUser:
    return WireUser(**row._mapping)
