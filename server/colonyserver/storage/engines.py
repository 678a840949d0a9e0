"""SQLite engines: how connections are opened, and where transactions begin."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from colonyserver.errors import UnsupportedDatabase

_BUSY_TIMEOUT_SECONDS = 10.0
_PRAGMAS = (
    "journal_mode = WAL",
    # What was acknowledged survives the loss of power too, not only of the process.
    "synchronous = FULL",
    "temp_store = MEMORY",
    # Distributions turn this on; queue rows come and go, overwriting each with zeros would double their cost.
    "secure_delete = FAST",
    "journal_size_limit = 67108864",
)


def database_path(url: str) -> Path:
    """The file of a `sqlite:///path` URL; raises `UnsupportedDatabase` for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnsupportedDatabase("The database must be given as sqlite:///path/to/file") from error
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise UnsupportedDatabase(
            f"The database {parsed.render_as_string(hide_password=True)} is not supported; use sqlite:///path/to/file"
        )
    return Path(str(parsed.database)).expanduser().absolute()


def create_file(path: Path) -> None:
    """Make sure the file exists and only its owner can read it: specifications may hold secrets."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def writing_engine(path: Path) -> Engine:
    """An engine whose transactions hold the write lock from their start, so that they never fail half way."""
    return _engine(path, begin="BEGIN IMMEDIATE", cache_kib=16_384)


def reading_engine(path: Path) -> Engine:
    """An engine whose transactions see one state of the database and write nothing."""
    return _engine(path, begin="BEGIN", cache_kib=4_096, query_only=True)


def _engine(path: Path, *, begin: str, cache_kib: int, query_only: bool = False) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False, "cached_statements": 256},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not open transactions on its own: it would do so too late for a consistent read.
        connection.isolation_level = None
        for pragma in (*_PRAGMAS, f"cache_size = -{cache_kib}", f"query_only = {int(query_only)}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
