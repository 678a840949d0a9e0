"""Statements about what blueprints have been."""

from typing import Any

import pydantic_core
from sqlalchemy import Connection

from colonysdk.objects import Blueprint, BlueprintHistory
from colonyserver.storage.driver import execute, fetch
from colonyserver.storage.times import to_datetime

MAX_CHANGES = 1000
"""The newest changes that are kept of one blueprint."""

_COLUMNS = (
    "history_id, blueprint_id, kind, colony_name, name, generation, spec_json, status_json, changed_at, changed_by, "
    "change_type"
)


def add_change(
    connection: Connection, blueprint: Blueprint, *, history_id: str, changed_at: int, changed_by: str, change_type: str
) -> None:
    """Insert what a blueprint is after a change, and forget its oldest change when there are more than 1000."""
    metadata = blueprint.metadata
    what = (history_id, blueprint.blueprint_id, blueprint.kind, metadata.colony_name, metadata.name)
    state = (metadata.generation, _text(blueprint.spec), _text(blueprint.status))
    execute(
        connection,
        f"INSERT INTO blueprint_history ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*what, *state, changed_at, changed_by, change_type),
    )
    execute(
        connection,
        "DELETE FROM blueprint_history WHERE blueprint_id = ? AND changed_at <= (SELECT changed_at FROM "
        "blueprint_history WHERE blueprint_id = ? ORDER BY changed_at DESC LIMIT 1 OFFSET ?)",
        (blueprint.blueprint_id, blueprint.blueprint_id, MAX_CHANGES),
    )


def colony_of_history(connection: Connection, blueprint_id: str) -> str | None:
    """The colony that a blueprint belongs or belonged to."""
    statement = "SELECT colony_name FROM blueprint_history WHERE blueprint_id = ? ORDER BY changed_at LIMIT 1"
    rows = fetch(connection, statement, (blueprint_id,))
    return rows[0][0] if rows else None


def list_changes(connection: Connection, blueprint_id: str, limit: int) -> list[BlueprintHistory]:
    """The changes of a blueprint, the newest first."""
    statement = (
        f"SELECT {_COLUMNS} FROM blueprint_history WHERE blueprint_id = ? ORDER BY changed_at DESC, history_id LIMIT ?"
    )
    return [_change(row) for row in fetch(connection, statement, (blueprint_id, limit))]


def _text(value: dict[str, Any]) -> str:
    return pydantic_core.to_json(value).decode()


def _change(row: tuple[Any, ...]) -> BlueprintHistory:
    history_id, blueprint_id, kind, colony_name, name, generation, spec_json, status_json, *change = row
    changed_at, changed_by, change_type = change
    return BlueprintHistory(
        history_id=history_id,
        blueprint_id=blueprint_id,
        kind=kind,
        namespace=colony_name,
        name=name,
        generation=generation,
        spec=pydantic_core.from_json(spec_json),
        status=pydantic_core.from_json(status_json),
        timestamp=to_datetime(changed_at),
        changed_by=changed_by,
        change_type=change_type,
    )
