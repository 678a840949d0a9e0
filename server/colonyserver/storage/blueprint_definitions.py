"""Statements about the definitions of blueprints."""

from sqlalchemy import Connection

from colonysdk.objects import BlueprintDefinition
from colonyserver.storage.driver import execute, fetch, row_lock

_BY_NAME = "SELECT definition_json FROM blueprint_definition WHERE colony_name = ? AND name = ?"
_BY_KIND = "SELECT definition_json FROM blueprint_definition WHERE colony_name = ? AND kind = ? ORDER BY name LIMIT 1"


def add_definition(connection: Connection, definition: BlueprintDefinition) -> bool:
    """Insert a definition; False when its name in the colony, or its id, is taken."""
    row = (
        definition.blueprint_definition_id,
        definition.metadata.colony_name,
        definition.metadata.name,
        definition.spec.names.kind,
        definition.to_json().decode(),
    )
    statement = (
        "INSERT INTO blueprint_definition (definition_id, colony_name, name, kind, definition_json) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    )
    return execute(connection, statement, row) == 1


def find_definition(connection: Connection, colony_name: str, name: str) -> BlueprintDefinition | None:
    """The definition of a name."""
    return _first(fetch(connection, _BY_NAME, (colony_name, name)))


def lock_definition(connection: Connection, colony_name: str, name: str) -> BlueprintDefinition | None:
    """The definition of a name, to which nobody else can add blueprints before the commit."""
    return _first(fetch(connection, f"{_BY_NAME}{row_lock(connection)}", (colony_name, name)))


def lock_definition_of_kind(connection: Connection, colony_name: str, kind: str) -> BlueprintDefinition | None:
    """The definition of a kind, which nobody else can remove before the commit; of several, the first by name."""
    return _first(fetch(connection, f"{_BY_KIND}{row_lock(connection)}", (colony_name, kind)))


def list_definitions(connection: Connection, colony_name: str, limit: int) -> list[BlueprintDefinition]:
    """The definitions of a colony, by name."""
    statement = "SELECT definition_json FROM blueprint_definition WHERE colony_name = ? ORDER BY name LIMIT ?"
    return [_definition(row) for row in fetch(connection, statement, (colony_name, limit))]


def remove_definition(connection: Connection, colony_name: str, name: str) -> None:
    """Delete a definition."""
    execute(connection, "DELETE FROM blueprint_definition WHERE colony_name = ? AND name = ?", (colony_name, name))


def _first(rows: list[tuple[str]]) -> BlueprintDefinition | None:
    return _definition(rows[0]) if rows else None


def _definition(row: tuple[str]) -> BlueprintDefinition:
    return BlueprintDefinition.from_json(row[0])
