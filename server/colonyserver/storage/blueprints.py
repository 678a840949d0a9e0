"""Statements about blueprints."""

import pydantic_core
from sqlalchemy import Connection

from colonysdk.objects import Blueprint
from colonyserver.storage.driver import execute, fetch, row_lock

_BY_NAME = "SELECT blueprint_json, status_json FROM blueprint WHERE colony_name = ? AND name = ?"


def add_blueprint(connection: Connection, blueprint: Blueprint) -> bool:
    """Insert a blueprint; False when its name in the colony, or its id, is taken."""
    key = (blueprint.metadata.colony_name, blueprint.metadata.name, blueprint.blueprint_id)
    statement = (
        "INSERT INTO blueprint (colony_name, name, blueprint_id, kind, location_name, location_key, blueprint_json, "
        "status_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    )
    return execute(connection, statement, (*key, *_content(blueprint))) == 1


def replace_blueprint(connection: Connection, blueprint: Blueprint) -> None:
    """Overwrite a locked blueprint, status included."""
    statement = (
        "UPDATE blueprint SET kind = ?, location_name = ?, location_key = ?, blueprint_json = ?, status_json = ? "
        "WHERE blueprint_id = ?"
    )
    execute(connection, statement, (*_content(blueprint), blueprint.blueprint_id))


def set_blueprint_status(connection: Connection, colony_name: str, name: str, status_json: str) -> bool:
    """Replace the status of a blueprint; False when there is none of this name."""
    statement = "UPDATE blueprint SET status_json = ? WHERE colony_name = ? AND name = ?"
    return execute(connection, statement, (status_json, colony_name, name)) == 1


def find_blueprint(connection: Connection, colony_name: str, name: str) -> Blueprint | None:
    """The blueprint of a name."""
    return _first(fetch(connection, _BY_NAME, (colony_name, name)))


def lock_blueprint(connection: Connection, colony_name: str, name: str) -> Blueprint | None:
    """The blueprint of a name, which nobody else may change before the commit."""
    return _first(fetch(connection, f"{_BY_NAME}{row_lock(connection)}", (colony_name, name)))


def list_blueprints(
    connection: Connection, colony_name: str, limit: int, *, kind: str = "", location_name: str = ""
) -> list[Blueprint]:
    """The blueprints of a colony by name: all, those of a kind, or those of a kind at a location in any case."""
    conditions, values = ["colony_name = ?"], [colony_name]
    if kind:
        conditions.append("kind = ?")
        values.append(kind)
    if kind and location_name:
        conditions.append("location_key = ?")
        values.append(location_name.lower())
    statement = (
        f"SELECT blueprint_json, status_json FROM blueprint WHERE {' AND '.join(conditions)} ORDER BY name LIMIT ?"
    )
    return [_blueprint(row) for row in fetch(connection, statement, (*values, limit))]


def count_of_kind(connection: Connection, colony_name: str, kind: str) -> int:
    """How many blueprints of a kind a colony has."""
    statement = "SELECT count(*) FROM blueprint WHERE colony_name = ? AND kind = ?"
    count: int = fetch(connection, statement, (colony_name, kind))[0][0]
    return count


def is_kind_at(connection: Connection, colony_name: str, kind: str, location_name: str) -> bool:
    """Whether a colony has a blueprint of a kind at exactly this location."""
    statement = "SELECT 1 FROM blueprint WHERE colony_name = ? AND kind = ? AND location_name = ? LIMIT 1"
    return bool(fetch(connection, statement, (colony_name, kind, location_name)))


def remove_blueprint(connection: Connection, blueprint_id: str) -> None:
    """Delete a blueprint; its history stays."""
    execute(connection, "DELETE FROM blueprint WHERE blueprint_id = ?", (blueprint_id,))


def _content(blueprint: Blueprint) -> tuple[str, str, str, str, str]:
    without_status = blueprint.model_copy(update={"status": {}})
    return (
        blueprint.kind,
        blueprint.metadata.location_name,
        blueprint.metadata.location_name.lower(),
        without_status.to_json().decode(),
        pydantic_core.to_json(blueprint.status).decode(),
    )


def _first(rows: list[tuple[str, str]]) -> Blueprint | None:
    return _blueprint(rows[0]) if rows else None


def _blueprint(row: tuple[str, str]) -> Blueprint:
    blueprint = Blueprint.from_json(row[0])
    blueprint.status = pydantic_core.from_json(row[1])
    return blueprint
