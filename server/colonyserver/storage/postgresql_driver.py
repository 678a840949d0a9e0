"""PostgreSQL's driver, over psycopg. Imported only where PostgreSQL is used: it takes longer to load than SQLite's."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from colonyserver.storage.driver import Driver, Row, RowForm
from colonyserver.storage.trouble import DriverTrouble

_ROW_COUNTS = (32, 16, 8, 4, 2, 1)
"""Statements for so many rows are made where the types of the columns are not known."""

_MOST_PREPARED = 1000
"""So many statements are kept prepared by each connection; further ones are prepared each time."""

_WRITERS_LOCK = 7_305_808_869
"""Number of the advisory lock that writing transactions share, and that one which runs alone has for itself."""

_BEGIN = b"BEGIN; SELECT pg_advisory_xact_lock_shared(%d)" % _WRITERS_LOCK
_BEGIN_ALONE = b"BEGIN; SELECT pg_advisory_xact_lock(%d)" % _WRITERS_LOCK
_BEGIN_READING = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_PLACEHOLDER = re.compile(r"'[^']*'|\?")
_LISTED_ROWS = re.compile(r"\(VALUES \{rows\}\) AS (\w+)")

_SUCCESS = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_TROUBLE = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)


class PostgresqlDriver(Driver):
    """Statements on one connection, given to libpq as they are: psycopg's cursors cost several times as much.

    `libpq` is the connection as libpq has it, `prepared` are the names under which PostgreSQL knows statements.
    """

    def __init__(self, connection: psycopg.Connection[Any], *, is_writer: bool) -> None:
        self.libpq = connection.pgconn
        self._transformer = Transformer(connection)
        self.prepared: dict[str, bytes] = {}
        self._is_writer = is_writer
        self._is_alone = False

    def fetch(self, statement: str, parameters: Sequence[Any]) -> list[Row]:
        """The rows of a query."""
        result = self._run(statement, parameters)
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def execute(self, statement: str, parameters: Sequence[Any]) -> int:
        """Run one statement."""
        return self._run(statement, parameters).command_tuples or 0

    def fetch_rows(
        self,
        statement: str,
        rows: Sequence[Sequence[Any]],
        before: Sequence[Any],
        after: Sequence[Any],
        form: RowForm,
    ) -> list[Row]:
        """The rows of a query for many rows of parameters."""
        if form.types:
            return self.fetch(_with_arrays(statement, form.types), (*before, *_arrays(rows), *after))
        found: list[Row] = []
        for some in _slices(rows):
            found += self.fetch(_repeated(statement, some, form), (*before, *chain.from_iterable(some), *after))
        return found

    def execute_rows(self, statement: str, rows: Sequence[Sequence[Any]], form: RowForm) -> int:
        """Run a statement for many rows of parameters."""
        if form.types:
            return self.execute(_with_arrays(statement, form.types), _arrays(rows))
        return sum(
            self.execute(_repeated(statement, some, form), tuple(chain.from_iterable(some))) for some in _slices(rows)
        )

    def fetch_by_ids(self, columns: str, table: str, key: str, ids: Sequence[str], ending: str) -> list[Row]:
        """The rows of a table whose text key is among `ids`."""
        return self.fetch(_by_ids(columns, table, key, ending), (_array(ids),))

    def delete_rows(self, table: str, keys: Sequence[str], rows: Sequence[Sequence[Any]], types: str) -> int:
        """Delete the rows of a table whose key columns have these values."""
        return self.execute_rows(_deletion(table, tuple(keys)), rows, RowForm("", "", types))

    def row_lock(self, *, skip_locked: bool = False) -> str:
        """FOR UPDATE, where others may be writing at the same time."""
        if self._is_alone or not self._is_writer:
            return ""
        return " FOR UPDATE SKIP LOCKED" if skip_locked else " FOR UPDATE"

    def begin(self, *, alone: bool) -> None:
        """Begin a transaction that writes.

        The lock comes first in it, before any statement sees the database, and before any row is locked.
        """
        self._is_alone = alone
        self._control(_BEGIN_ALONE if alone else _BEGIN)

    def begin_reading(self) -> None:
        """Begin a transaction that sees one state of the database throughout."""
        self._control(_BEGIN_READING)

    def commit(self) -> None:
        """End the transaction and make it durable.

        Raises when a failed statement has turned it into one that keeps nothing, which PostgreSQL only mentions.
        """
        outcome = self._control(b"COMMIT")
        if outcome != b"COMMIT":
            raise RuntimeError(f"the transaction ended with {outcome!r}: a statement in it has failed unnoticed")

    def roll_back(self) -> None:
        """End the transaction and keep nothing of it."""
        self._control(b"ROLLBACK")

    @property
    def is_lost(self) -> bool:
        """Whether the connection is of no use any more."""
        return self.libpq.status != ConnStatus.OK

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; not when the connection is lost."""
        return self.libpq.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def _control(self, statement: bytes) -> bytes:
        """Begin or end a transaction; what PostgreSQL says that it did."""
        return self._checked(self.libpq.exec_(statement)).command_status or b""

    def _run(self, statement: str, parameters: Sequence[Any]) -> PGresult:
        """Run a statement, which is prepared when it comes again: PostgreSQL works out the types of its parameters."""
        values = [_text(value) for value in parameters]
        name = self.prepared.get(statement)
        if name is None and len(self.prepared) < _MOST_PREPARED:
            name = b"s%d" % len(self.prepared)
            self._checked(self.libpq.prepare(name, _numbered(statement).encode()))
            self.prepared[statement] = name
        if name is None:
            return self._checked(self.libpq.exec_params(_numbered(statement).encode(), values))
        # libpq takes NULL as None here too.
        return self._checked(self.libpq.exec_prepared(name, values))  # type: ignore[arg-type]

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in _SUCCESS:
            return result
        error = psycopg.errors.error_from_result(result)
        if isinstance(error, _TROUBLE) or self.libpq.status != ConnStatus.OK:
            raise DriverTrouble(str(error), error.sqlstate or "") from error
        raise error


def without_nul(text: str) -> str:
    """A text that PostgreSQL can keep: with every character but NUL, which becomes U+FFFD."""
    return text.replace("\0", "\ufffd")


def _text(value: Any) -> bytes | None:
    """A parameter as PostgreSQL reads it."""
    if value is None:
        return None
    if isinstance(value, str):
        return without_nul(value).encode()
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return _number(value).encode()


def _number(value: bool | int | float) -> str:
    return repr(value) if isinstance(value, float) else str(value if isinstance(value, bool) else int(value))


def _slices(rows: Sequence[Sequence[Any]]) -> Iterable[Sequence[Sequence[Any]]]:
    start = 0
    while start < len(rows):
        count = next(count for count in _ROW_COUNTS if count <= len(rows) - start)
        yield rows[start : start + count]
        start += count


def _arrays(rows: Sequence[Sequence[Any]]) -> list[str]:
    return [_array(column) for column in zip(*rows, strict=True)]


def _array(values: Iterable[Any]) -> str:
    """An array as PostgreSQL reads it; its type is in the statement."""
    return f"{{{','.join([_element(value) for value in values])}}}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _number(value)


@lru_cache(maxsize=2048)
def _numbered(statement: str) -> str:
    """The statement with `$1`, `$2` … for each `?` that is not part of a text."""
    count = 0

    def number(match: re.Match[str]) -> str:
        nonlocal count
        if match[0] != "?":
            return match[0]
        count += 1
        return f"${count}"

    return _PLACEHOLDER.sub(number, statement)


@lru_cache(maxsize=256)
def _with_arrays(statement: str, types: str) -> str:
    """The statement with one array parameter for each column in place of the rows."""
    names = types.split()
    arrays = ", ".join(f"CAST(? AS {name}[])" for name in names)
    columns = ", ".join(f"column{number}" for number in range(1, len(names) + 1))
    statement = _LISTED_ROWS.sub(rf"unnest({arrays}) AS \1({columns})", statement)
    statement = statement.replace("VALUES {rows}", f"SELECT * FROM unnest({arrays}) AS item({columns})")
    return statement.replace("IN ({rows})", f"= ANY({arrays})")


def _repeated(statement: str, rows: Sequence[Sequence[Any]], form: RowForm) -> str:
    return _written_out(statement, form.each or f"({', '.join('?' * len(rows[0]))})", form.joined_by, len(rows))


@lru_cache(maxsize=1024)
def _written_out(statement: str, each: str, joined_by: str, count: int) -> str:
    return statement.replace("{rows}", joined_by.join([each] * count))


@lru_cache(maxsize=64)
def _by_ids(columns: str, table: str, key: str, ending: str) -> str:
    return f"SELECT {columns} FROM {table} WHERE {table}.{key} = ANY(CAST(? AS text[])){ending}"


@lru_cache(maxsize=64)
def _deletion(table: str, keys: tuple[str, ...]) -> str:
    same = " AND ".join(f"{table}.{key} = item.column{number}" for number, key in enumerate(keys, start=1))
    return f"DELETE FROM {table} USING (VALUES {{rows}}) AS item WHERE {same}"
