"""The backup file: compressed lines of JSON, the same whatever database they come from.

The first line says what it is. A line with `table` begins a table and names its columns, the arrays after it are its
rows; bytes are written as `{"base64": …}`. The last line holds the number of rows and the SHA-256 of all lines before.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from colonyserver.errors import BackupError

FORMAT = "colony-server-backup"
VERSION = 1

_COMPRESSION = 3
"""Most of the gain at a third of the time."""
_LONGEST_LINE = 1024 * 1024 * 1024

Row = Sequence[Any]


class Header(NamedTuple):
    """Where a backup comes from: the database's revision, the server's version, and when it was taken (RFC 3339)."""

    revision: str
    software: str
    taken_at: str


class Content(NamedTuple):
    """One row of a table."""

    table: str
    columns: Sequence[str]
    row: Row


class ArchiveWriter:
    """Writes a backup to a stream; nothing is a backup before `finish`."""

    def __init__(self, stream: BinaryIO, header: Header) -> None:
        self._file = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=_COMPRESSION, filename="", mtime=0)
        self._digest = hashlib.sha256()
        self.rows = 0
        self._write({"format": FORMAT, "version": VERSION, **header._asdict()})

    def add_table(self, name: str, columns: Sequence[str]) -> None:
        """Begin a table."""
        self._write({"table": name, "columns": [*columns]})

    def add_rows(self, rows: Iterable[Row]) -> None:
        """Add rows to the table that was begun last."""
        for row in rows:
            self._write([_to_json(value) for value in row])
            self.rows += 1

    def finish(self) -> None:
        """Write the last line; the stream stays open."""
        self._write({"rows": self.rows, "sha256": self._digest.hexdigest()})
        self._file.close()

    def _write(self, value: Any) -> None:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._digest.update(line)
        self._file.write(line)


def verify(path: Path) -> Header:
    """Read a whole backup and check it; raises BackupError saying what is wrong with it."""
    header = None
    rows = 0
    end = None
    digest = hashlib.sha256()
    for line in _lines(path):
        if end is not None:
            raise _damaged(path, "it goes on after its end")
        value = _parsed(path, line)
        if header is None:
            header = _header(path, value)
        elif isinstance(value, list):
            rows += 1
        elif "sha256" in value:
            end = value
            continue
        digest.update(line)
    if header is None or end is None:
        raise _damaged(path, "its end is missing")
    if end != {"rows": rows, "sha256": digest.hexdigest()}:
        raise _damaged(path, "its content is not what was written")
    return header


def read(path: Path) -> Iterator[Content]:
    """Every row of a backup that was verified."""
    table: str = ""
    columns: list[str] = []
    for line in _lines(path):
        value = _parsed(path, line)
        if isinstance(value, list):
            yield Content(table, columns, [_from_json(item) for item in value])
        elif "table" in value:
            table, columns = value["table"], value["columns"]


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(_LONGEST_LINE):
                yield line
    except (OSError, EOFError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise BackupError(f"{path} cannot be read: {error.strerror}") from error
        raise _damaged(path, str(error)) from error


def _parsed(path: Path, line: bytes) -> Any:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise _damaged(path, "a line of it cannot be read") from error
    if not isinstance(value, list | dict):
        raise _damaged(path, "a line of it cannot be read")
    return value


def _header(path: Path, value: Any) -> Header:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise BackupError(f"{path} is no backup of colony-server")
    if value.get("version") != VERSION:
        raise BackupError(f"{path} was made by a newer colony-server ({value.get('software')}); restore it with that")
    return Header(str(value.get("revision")), str(value.get("software")), str(value.get("taken_at")))


def _damaged(path: Path, reason: str) -> BackupError:
    return BackupError(f"{path} is damaged or no backup of colony-server ({reason}); use another copy")


def _to_json(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def _from_json(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value
