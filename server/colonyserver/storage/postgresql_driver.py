"""PostgreSQL's driver, over psycopg. Imported only where PostgreSQL is used: it takes longer to load than SQLite's."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from colonyserver.storage.driver_base import Driver, Row, RowForm
from colonyserver.storage.postgresql_text import (
    array_of,
    arrays_of,
    by_ids,
    deletion,
    numbered,
    slices,
    text_of,
    with_arrays,
    written_out,
)
from colonyserver.storage.trouble import DriverTrouble

_MOST_PREPARED = 1000
"""So many statements are kept prepared by each connection; further ones are prepared each time."""

_WRITERS_LOCK = 7_305_808_869
"""Number of the advisory lock that writing transactions share, and that one which runs alone has for itself."""

_BEGIN = b"BEGIN; SELECT pg_advisory_xact_lock_shared(%d)" % _WRITERS_LOCK
_BEGIN_ALONE = b"BEGIN; SELECT pg_advisory_xact_lock(%d)" % _WRITERS_LOCK
_BEGIN_READING = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

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
            return self.fetch(with_arrays(statement, form.types), (*before, *arrays_of(rows), *after))
        found: list[Row] = []
        for some in slices(rows):
            found += self.fetch(written_out(statement, some, form), (*before, *chain.from_iterable(some), *after))
        return found

    def execute_rows(self, statement: str, rows: Sequence[Sequence[Any]], form: RowForm) -> int:
        """Run a statement for many rows of parameters."""
        if form.types:
            return self.execute(with_arrays(statement, form.types), arrays_of(rows))
        return sum(
            self.execute(written_out(statement, some, form), tuple(chain.from_iterable(some))) for some in slices(rows)
        )

    def fetch_by_ids(self, columns: str, table: str, key: str, ids: Sequence[str], ending: str) -> list[Row]:
        """The rows of a table whose text key is among `ids`."""
        return self.fetch(by_ids(columns, table, key, ending), (array_of(ids),))

    def delete_rows(self, table: str, keys: Sequence[str], rows: Sequence[Sequence[Any]], types: str) -> int:
        """Delete the rows of a table whose key columns have these values."""
        return self.execute_rows(deletion(table, tuple(keys)), rows, RowForm("", "", types))

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
        values = [text_of(value) for value in parameters]
        name = self.prepared.get(statement)
        if name is None and len(self.prepared) < _MOST_PREPARED:
            name = b"s%d" % len(self.prepared)
            self._checked(self.libpq.prepare(name, numbered(statement).encode()))
            self.prepared[statement] = name
        if name is None:
            return self._checked(self.libpq.exec_params(numbered(statement).encode(), values))
        # libpq takes NULL as None here too.
        return self._checked(self.libpq.exec_prepared(name, values))  # type: ignore[arg-type]

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in _SUCCESS:
            return result
        error = psycopg.errors.error_from_result(result)
        if isinstance(error, _TROUBLE) or self.libpq.status != ConnStatus.OK:
            raise DriverTrouble(str(error), error.sqlstate or "") from error
        raise error
