"""Statements about files and their revisions."""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import File, Reference
from colonyserver.storage.driver import execute, fetch
from colonyserver.storage.json_text import json_string
from colonyserver.storage.labels import count_in, count_name_in, count_out
from colonyserver.storage.times import to_datetime

_COLUMNS = "file_id, colony_name, label, name, size, sequence, checksum, checksum_alg, ref_json, added_at"
_OF_NAME = "colony_name = ? AND label = ? AND name = ?"


class Added(NamedTuple):
    """The number of a new revision, and how many names its label holds when its name is new there, else 0."""

    sequence: int
    names: int


def add_revision(connection: Connection, file: File, added_at: int) -> Added:
    """Insert the newest revision of a file."""
    own = (file.colony_name, file.label, file.name)
    # First, because it makes servers that add to one label do so one after the other.
    count_in(connection, file.colony_name, file.label)
    known = execute(connection, f"UPDATE file SET is_newest = FALSE WHERE {_OF_NAME} AND is_newest", own)
    inserted = fetch(
        connection,
        "INSERT INTO file (file_id, colony_name, label, name, is_newest, size, checksum, checksum_alg, object_name, "
        "ref_json, added_at) VALUES (?, ?, ?, ?, TRUE, ?, ?, ?, ?, ?, ?) RETURNING sequence",
        (
            file.file_id,
            *own,
            file.size,
            file.checksum,
            file.checksum_alg,
            file.ref.s3_object.object,
            file.ref.to_json().decode(),
            added_at,
        ),
    )
    names = 0 if known else count_name_in(connection, file.colony_name, file.label)
    return Added(int(inserted[0][0]), names)


def find_revision(connection: Connection, colony_name: str, file_id: str) -> File | None:
    """The revision of an id."""
    rows = fetch(
        connection, f"SELECT {_COLUMNS} FROM file WHERE file_id = ? AND colony_name = ?", (file_id, colony_name)
    )
    return _file(rows[0]) if rows else None


def list_revisions(connection: Connection, colony_name: str, label: str, name: str, *, limit: int) -> list[File]:
    """The revisions of a file, newest first."""
    statement = f"SELECT {_COLUMNS} FROM file WHERE {_OF_NAME} ORDER BY sequence DESC LIMIT ?"
    return [_file(row) for row in fetch(connection, statement, (colony_name, label, name, limit))]


def newest_in_label_json(connection: Connection, colony_name: str, label: str, *, limit: int) -> bytes:
    """The newest revision of every file directly in a label, by name, as the JSON of FileData objects."""
    rows = fetch(
        connection,
        "SELECT name, checksum, size, object_name FROM file "
        "WHERE colony_name = ? AND label = ? AND is_newest ORDER BY name LIMIT ?",
        (colony_name, label, limit),
    )
    return f"[{','.join(_file_data_json(*row) for row in rows)}]".encode()


def remove_revision(connection: Connection, file: File) -> None:
    """Delete one revision; the one before it becomes the newest."""
    own = (file.colony_name, file.label, file.name)
    if not execute(connection, "DELETE FROM file WHERE file_id = ?", (file.file_id,)):
        return
    remaining = fetch(connection, f"SELECT MAX(sequence) FROM file WHERE {_OF_NAME}", own)[0][0]
    if remaining is not None:
        execute(connection, "UPDATE file SET is_newest = TRUE WHERE sequence = ? AND NOT is_newest", (remaining,))
    count_out(connection, file.colony_name, file.label, files=1, names=0 if remaining is not None else 1)


def remove_name(connection: Connection, colony_name: str, label: str, name: str) -> None:
    """Delete all revisions of a file."""
    removed = execute(connection, f"DELETE FROM file WHERE {_OF_NAME}", (colony_name, label, name))
    if removed:
        count_out(connection, colony_name, label, files=removed, names=1)


def _file(row: tuple[Any, ...]) -> File:
    file_id, colony_name, label, name, size, sequence, checksum, checksum_alg, ref_json, added_at = row
    return File(
        file_id=file_id,
        colony_name=colony_name,
        label=label,
        name=name,
        size=size,
        sequence_nr=sequence,
        checksum=checksum,
        checksum_alg=checksum_alg,
        ref=Reference.from_json(ref_json),
        added=to_datetime(added_at),
    )


def _file_data_json(name: str, checksum: str, size: int, object_name: str) -> str:
    return (
        f'{{"name":{json_string(name)},"checksum":{json_string(checksum)},"size":{size},'
        f'"s3filename":{json_string(object_name)}}}'
    )
