"""PostgreSQL: how connections are opened. Several servers may share one database."""

from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.conninfo import make_conninfo
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL

from colonyserver.errors import DatabaseError, UnsupportedDatabase
from colonyserver.storage.backend import Backend
from colonyserver.storage.driver import SERVER_NUMBER, driver_of
from colonyserver.storage.postgresql_driver import PostgresqlDriver
from colonyserver.storage.postgresql_text import without_nul

_OLDEST_VERSION = 13

_CONNECTING = {
    "connect_timeout": 5,
    # A database that is gone without a word is noticed within seconds.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "colony-server",
    "client_encoding": "utf8",
}
_COMMON = {
    "jit": "off",
    "timezone": "UTC",
    "enable_seqscan": "off",
    # A server that is suspended in the middle of a transaction must not hold up the others for long.
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "30s",
    # The same for one whose machine is gone: what it has locked is free again after seconds.
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
}
_WRITING = {
    "synchronous_commit": "on",
    # The statements of the writer are written so that each row is found by its key. Statistics, which come late and
    # from emptier times, must not lead the planner to anything else; nor need it plan them again each time.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
}
_TAKE_NUMBER = (
    b"SELECT coalesce((SELECT n FROM generate_series(1, 1000) AS n "
    b"WHERE pg_try_advisory_lock(730580887, n) LIMIT 1), 0)"
)
_READING = {
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    # Pages are read in the order of an index. Before there are statistics, sorting a million rows looks as cheap.
    "enable_sort": "off",
}


class PostgresqlBackend(Backend):
    """A database on a PostgreSQL server."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")

    def __str__(self) -> str:
        return self._url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)

    @property
    def is_shared(self) -> bool:
        """Always."""
        return True

    @property
    def conninfo(self) -> str:
        """How libpq is told of this database; holds the password."""
        url = self._url
        parts = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
        given = {name: value for name, value in (parts | {"dbname": url.database}).items() if value is not None}
        return make_conninfo(**{**_CONNECTING, **given, **_query(url), "options": _options(_COMMON, url)})

    def hold(self) -> None:
        """Make sure that the database can keep what it is given.

        Raises `UnsupportedDatabase` unless it is new enough and in UTF-8, `DatabaseError` when it cannot be reached.
        """
        try:
            with psycopg.connect(self.conninfo, autocommit=True) as connection:
                encoding = connection.info.parameter_status("server_encoding")
                version = connection.info.server_version // 10_000
        except psycopg.Error as error:
            raise DatabaseError(f"The database {self} cannot be reached: {error}") from error
        if encoding != "UTF8":
            raise UnsupportedDatabase(
                f"The database {self} is encoded in {encoding}; make one with CREATE DATABASE … ENCODING 'UTF8'"
            )
        if version < _OLDEST_VERSION:
            raise UnsupportedDatabase(f"PostgreSQL {version} is too old, {_OLDEST_VERSION} or newer is needed")

    def writing_engine(self) -> Engine:
        """An engine for the writer."""
        return self._engine(_COMMON | _WRITING, is_writer=True)

    def reading_engine(self) -> Engine:
        """An engine whose connections write nothing."""
        return self._engine(_COMMON | _READING, is_writer=False)

    def release(self) -> None:
        """Nothing to do: connections take what they hold with them."""

    def _engine(self, settings: dict[str, str], *, is_writer: bool) -> Engine:
        engine = create_engine(
            self._url.set(query={}),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            use_native_hstore=False,
            connect_args={**_CONNECTING, **_query(self._url), "options": _options(settings, self._url)},
            # What was asked may be secret, and must not come out in an error message.
            hide_parameters=True,
        )

        @event.listens_for(engine, "connect")
        def _configure(connection: "psycopg.Connection[Any]", record: Any) -> None:
            # Only what goes through SQLAlchemy; a number has one type whatever its size, so that it is prepared once.
            connection.adapters.register_dumper(int, Int8Dumper)
            connection.adapters.register_dumper(str, _TextDumper)
            record.info["driver"] = PostgresqlDriver(connection, is_writer=is_writer)
            if is_writer:
                record.info[SERVER_NUMBER] = _free_number(connection)

        @event.listens_for(engine, "before_cursor_execute")
        def _settle(connection: Connection, *_statement: Any) -> None:
            # psycopg knows nothing of what was put off.
            driver_of(connection).settle()

        return engine


class _TextDumper(StrDumperUnknown):
    """Texts without NUL, as in every other statement."""

    def dump(self, obj: str) -> Buffer | None:
        """The text in UTF-8."""
        return super().dump(without_nul(obj))


def _free_number(connection: "psycopg.Connection[Any]") -> int:
    """A number that no other writing connection has as long as this one lasts."""
    result = connection.pgconn.exec_(_TAKE_NUMBER)
    return int(result.get_value(0, 0) or 0)


def _query(url: URL) -> dict[str, Any]:
    """What the URL says after the question mark, for libpq: host=/directory, sslmode, sslrootcert and so on."""
    return {name: value for name, value in url.query.items() if name != "options"}


def _options(settings: dict[str, str], url: URL) -> str:
    own = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return f"{own} {url.query.get('options', '')}".strip()
