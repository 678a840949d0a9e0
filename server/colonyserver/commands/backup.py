"""`colony-server backup` and `restore`: a database into a file, and back into an empty database."""

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from colonyserver.backup import archive, contents
from colonyserver.backup.archive import ArchiveWriter, Header
from colonyserver.commands.opening import held, reading, require_newest
from colonyserver.errors import BackupError
from colonyserver.services.about import installed_version
from colonyserver.storage import migrations
from colonyserver.storage.driver import driver_of


def backup(url: str, path: Path) -> str:
    """Write one state of a database to a new file that only its owner can read; what was done, as a sentence.

    A server may use the database meanwhile. Raises DatabaseError, or BackupError when the file cannot be written.
    """
    header = Header(migrations.NEWEST_REVISION, installed_version(), datetime.now(UTC).isoformat(timespec="seconds"))
    with reading(url) as connection, _new_file(path) as stream:
        require_newest(connection)
        writer = ArchiveWriter(stream, header)
        for table in contents.all_tables():
            writer.add_table(table.name, [column.name for column in table.columns])
            for page in contents.rows_of(connection, table):
                writer.add_rows(page)
        writer.finish()
    return f"{writer.rows} rows are in {path} ({path.stat().st_size / 1024 / 1024:.1f} MiB)."


def restore(url: str, path: Path) -> str:
    """Put a backup into a database in which there is nothing; what was done, as a sentence.

    Raises BackupError when the file is damaged or from a newer version, or the database is not empty; DatabaseError.
    """
    header = archive.verify(path)
    if header.revision > migrations.NEWEST_REVISION:
        raise BackupError(
            f"{path} was made by a newer version ({header.software}) than this one ({installed_version()}); "
            "restore it with that version"
        )
    with held(url) as engine:
        _prepare(engine, header)
        count = _load(engine, path)
        migrations.upgrade(engine)
    return f"{count} rows of {header.taken_at} were restored."


def _prepare(engine: Engine, header: Header) -> None:
    """Bring the tables to the form that the backup has; raises BackupError unless they are empty."""
    with engine.connect() as connection:
        revision = migrations.revision_of(connection)
    if not revision:
        migrations.upgrade(engine, header.revision)
    elif revision != header.revision:
        raise BackupError(
            f"The database has tables of revision {revision} already, the backup is of {header.revision}; "
            "restore it into a database that does not exist yet or has no tables"
        )


def _load(engine: Engine, path: Path) -> int:
    with engine.connect() as connection:
        driver = driver_of(connection)
        driver.begin(alone=True)
        try:
            if not contents.is_empty(connection):
                raise BackupError(
                    "The database is not empty; a backup is restored only into a new one, so that nothing is lost. "
                    "Name another with --database"
                )
            count = contents.load(connection, archive.read(path))
            driver.commit()
        finally:
            if driver.in_transaction:
                driver.roll_back()
    return count


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that is there, complete, only when the block has ended well."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists():
            raise BackupError(f"{path} exists already; choose another name or remove it")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.rename(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
