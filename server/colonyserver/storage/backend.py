"""Where the data are: a SQLite file that one server has for itself, or a PostgreSQL database that several share."""

from abc import ABC, abstractmethod

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from colonyserver.errors import UnsupportedDatabase

_ADVICE = "use sqlite:///path/to/file or postgresql://user:password@host:port/database"


class Backend(ABC):
    """One database that can be opened; `str` names it in messages, without the password."""

    @property
    @abstractmethod
    def is_shared(self) -> bool:
        """Whether several servers may use it at the same time."""

    @property
    @abstractmethod
    def conninfo(self) -> str:
        """How libpq is told of it, with the password; empty where there is no libpq."""

    @abstractmethod
    def hold(self) -> None:
        """Make sure that this server may use it.

        Raises `DatabaseInUse`, or `DatabaseError` saying what the operator can do.
        """

    @abstractmethod
    def writing_engine(self) -> Engine:
        """An engine for the writer."""

    @abstractmethod
    def reading_engine(self) -> Engine:
        """An engine whose connections write nothing."""

    @abstractmethod
    def release(self) -> None:
        """Let others use it."""


def backend_for(url: str) -> Backend:
    """The backend of a database URL; raises `UnsupportedDatabase`."""
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
    except (ArgumentError, ValueError) as error:
        raise UnsupportedDatabase(f"The database is not given as a URL; {_ADVICE}") from error
    if parsed.drivername == "postgresql" and parsed.database:
        # psycopg takes long to load, and who has a SQLite file never needs it.
        from colonyserver.storage.postgresql_backend import PostgresqlBackend

        return PostgresqlBackend(parsed)
    if parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        from colonyserver.storage.sqlite_backend import SqliteBackend

        return SqliteBackend(str(parsed.database))
    raise UnsupportedDatabase(f"The database {parsed.render_as_string(hide_password=True)} is not supported; {_ADVICE}")
