"""SQLite: how its file is made and held, and how connections to it are opened."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL

from colonyserver.errors import DatabaseError
from colonyserver.storage.backend import Backend
from colonyserver.storage.lock import FileLock
from colonyserver.storage.sqlite_driver import SqliteDriver

_BUSY_TIMEOUT_SECONDS = 10.0
_PRAGMAS = (
    "journal_mode = WAL",
    # What was acknowledged survives the loss of power too, not only of the process.
    "synchronous = FULL",
    "temp_store = MEMORY",
    # Distributions turn this on; queue rows come and go, overwriting each with zeros would double their cost.
    "secure_delete = FAST",
    "journal_size_limit = 67108864",
    "wal_autocheckpoint = 4000",
)


class SqliteBackend(Backend):
    """A file, held by one server at a time."""

    def __init__(self, path: str) -> None:
        self._path = Path(path).expanduser().absolute()
        self._lock = FileLock(self._path.with_name(self._path.name + ".lock"))

    def __str__(self) -> str:
        return str(self._path)

    @property
    def is_shared(self) -> bool:
        """Never."""
        return False

    @property
    def conninfo(self) -> str:
        """None."""
        return ""

    def hold(self) -> None:
        """Make the file if there is none, and lock it."""
        try:
            _create_file(self._path)
            self._lock.acquire()
        except OSError as error:
            raise DatabaseError(f"The database {self} cannot be opened: {error.strerror}") from error

    def writing_engine(self) -> Engine:
        """An engine for the writer."""
        return _engine(self._path, cache_kib=16_384, query_only=False)

    def reading_engine(self) -> Engine:
        """An engine whose connections write nothing."""
        return _engine(self._path, cache_kib=4_096, query_only=True)

    def release(self) -> None:
        """Unlock the file."""
        self._lock.release()


def _create_file(path: Path) -> None:
    """Make sure the file exists and only its owner can read it: specifications may hold secrets."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _engine(path: Path, *, cache_kib: int, query_only: bool) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, record: Any) -> None:
        # Transactions are begun and ended by statements: what SQLAlchemy and the driver do instead comes too late for
        # a consistent read, and costs more than most transactions.
        connection.isolation_level = None
        for pragma in (*_PRAGMAS, f"cache_size = -{cache_kib}", f"query_only = {int(query_only)}"):
            connection.execute(f"PRAGMA {pragma}")
        record.info["driver"] = SqliteDriver(connection)

    return engine
