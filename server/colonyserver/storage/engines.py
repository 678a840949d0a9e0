"""SQLite engines: how connections are opened."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, event
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
    "wal_autocheckpoint = 4000",
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
    """An engine for the writer."""
    return _engine(path, cache_kib=16_384, query_only=False)


def reading_engine(path: Path) -> Engine:
    """An engine whose connections write nothing."""
    return _engine(path, cache_kib=4_096, query_only=True)


def _engine(path: Path, *, cache_kib: int, query_only: bool) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        # Transactions are begun and ended by statements: what SQLAlchemy and the driver do instead comes too late for
        # a consistent read, and costs more than most transactions.
        connection.isolation_level = None
        for pragma in (*_PRAGMAS, f"cache_size = -{cache_kib}", f"query_only = {int(query_only)}"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
