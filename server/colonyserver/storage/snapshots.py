"""Statements about snapshots, which are lists of the ids of revisions."""

from collections import defaultdict

from sqlalchemy import Connection

from colonysdk.files.labels import below
from colonysdk.objects import Snapshot
from colonyserver.storage.driver import execute, fetch, fetch_rows
from colonyserver.storage.labels import first_after, lock_labels_at
from colonyserver.storage.times import to_datetime, to_nanoseconds

_COLUMNS = "snapshot_id, colony_name, label, name, added_at"
_FILES = (
    "INSERT INTO snapshot_file (snapshot_id, file_id, colony_name) "
    "SELECT CAST(? AS TEXT), file_id, colony_name FROM file WHERE colony_name = ? AND is_newest AND "
)


def add_snapshot(connection: Connection, snapshot: Snapshot) -> int | None:
    """Insert a snapshot of what is newest at and below its label; returns how many files, None when its name is taken.

    Nobody can change these files before the commit.
    """
    row = (snapshot.snapshot_id, snapshot.colony_name, snapshot.label, snapshot.name, to_nanoseconds(snapshot.added))
    added = execute(
        connection,
        f"INSERT INTO snapshot ({_COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (colony_name, name) DO NOTHING",
        row,
    )
    if not added:
        return None
    lock_labels_at(connection, snapshot.colony_name, snapshot.label)
    own, start = (snapshot.snapshot_id, snapshot.colony_name), below(snapshot.label)
    itself = execute(connection, f"{_FILES} label = ?", (*own, snapshot.label))
    return itself + execute(connection, f"{_FILES} label > ? AND label < ?", (*own, start, first_after(start)))


def find_snapshot(
    connection: Connection, colony_name: str, *, snapshot_id: str = "", name: str = ""
) -> Snapshot | None:
    """The snapshot of an id, or without one that of a name."""
    column, value = ("snapshot_id", snapshot_id) if snapshot_id else ("name", name)
    statement = f"SELECT {_COLUMNS} FROM snapshot WHERE {column} = ? AND colony_name = ?"
    return next(iter(_snapshots(connection, fetch(connection, statement, (value, colony_name)))), None)


def list_snapshots(connection: Connection, colony_name: str, *, limit: int) -> list[Snapshot]:
    """The snapshots of a colony, newest first."""
    statement = f"SELECT {_COLUMNS} FROM snapshot WHERE colony_name = ? ORDER BY added_at DESC LIMIT ?"
    return _snapshots(connection, fetch(connection, statement, (colony_name, limit)))


def remove_snapshot(connection: Connection, snapshot: Snapshot) -> None:
    """Delete a snapshot; its files stay."""
    execute(connection, "DELETE FROM snapshot_file WHERE snapshot_id = ?", (snapshot.snapshot_id,))
    execute(connection, "DELETE FROM snapshot WHERE snapshot_id = ?", (snapshot.snapshot_id,))


def remove_snapshots(connection: Connection, colony_name: str) -> None:
    """Delete every snapshot of a colony."""
    execute(connection, "DELETE FROM snapshot_file WHERE colony_name = ?", (colony_name,))
    execute(connection, "DELETE FROM snapshot WHERE colony_name = ?", (colony_name,))


def snapshot_holding_file(connection: Connection, colony_name: str, file_id: str) -> str | None:
    """The name of a snapshot that refers to a revision."""
    return _name_of_holder(connection, "file_id = ?", (colony_name, file_id))


def snapshot_holding_name(connection: Connection, colony_name: str, label: str, name: str) -> str | None:
    """The name of a snapshot that refers to any revision of a file."""
    revisions = "file_id IN (SELECT file_id FROM file WHERE colony_name = ? AND label = ? AND name = ?)"
    return _name_of_holder(connection, revisions, (colony_name, colony_name, label, name))


def _name_of_holder(connection: Connection, condition: str, parameters: tuple[str, ...]) -> str | None:
    rows = fetch(
        connection,
        "SELECT snapshot.name FROM snapshot WHERE snapshot_id IN "
        f"(SELECT snapshot_id FROM snapshot_file WHERE colony_name = ? AND {condition} LIMIT 1)",
        parameters,
    )
    return str(rows[0][0]) if rows else None


def _snapshots(connection: Connection, rows: list[tuple[str, str, str, str, int]]) -> list[Snapshot]:
    file_ids: dict[str, list[str]] = defaultdict(list)
    listed = fetch_rows(
        connection,
        "SELECT snapshot_id, file_id FROM snapshot_file WHERE snapshot_id IN ({rows}) ORDER BY snapshot_id, file_id",
        [row[:1] for row in rows],
        each="?",
    )
    for snapshot_id, file_id in listed:
        file_ids[snapshot_id].append(file_id)
    return [
        Snapshot(
            snapshot_id=snapshot_id,
            colony_name=colony_name,
            label=label,
            name=name,
            file_ids=file_ids.get(snapshot_id),
            added=to_datetime(added_at),
        )
        for snapshot_id, colony_name, label, name, added_at in rows
    ]
