"""Opening a database for one command."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from colonyserver.errors import DatabaseError
from colonyserver.storage import migrations
from colonyserver.storage.backend import Backend, backend_for
from colonyserver.storage.driver import driver_of
from colonyserver.storage.trouble import TROUBLE


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """One state of a database, also of one that a server is using; raises DatabaseError when there is none."""
    backend = backend_for(url)
    if not backend.is_shared:
        _require_file(url)
    with _trouble_of(backend), backend.reading_engine().connect() as connection:
        driver = driver_of(connection)
        driver.begin_reading()
        try:
            yield connection
        finally:
            if driver.in_transaction:
                driver.roll_back()


@contextmanager
def held(url: str) -> Iterator[Engine]:
    """A database that may be written, made if it is a file that is missing.

    Raises DatabaseInUse when a server has the file, DatabaseError when it cannot be used.
    """
    backend = backend_for(url)
    backend.hold()
    engine = backend.writing_engine()
    try:
        with _trouble_of(backend):
            yield engine
    finally:
        engine.dispose()
        backend.release()


def require_newest(connection: Connection) -> None:
    """Raise DatabaseError unless the tables are those that this version of the server uses."""
    revision = migrations.revision_of(connection)
    if revision != migrations.NEWEST_REVISION:
        raise DatabaseError(
            f"The database is at revision {revision or 'none'}, this version works with {migrations.NEWEST_REVISION}; "
            "run `colony-server migrate` first"
        )


@contextmanager
def _trouble_of(backend: Backend) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, SQLAlchemyError, *TROUBLE) as error:
        raise DatabaseError(f"The database {backend} cannot be used: {error}") from error


def _require_file(url: str) -> None:
    path = Path(str(make_url(url).database)).expanduser().absolute()
    if not path.exists():
        raise DatabaseError(f"There is no database {path}; name another with --database or COLONIES_SERVER_DATABASE")
