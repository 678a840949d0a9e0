"""PostgreSQL's driver, over psycopg. Imported only where PostgreSQL is used: it takes longer to load than SQLite's."""

import contextlib
from collections.abc import Sequence
from itertools import chain, count
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from colonyserver.storage.driver_base import Driver, Row, RowForm, check_changed
from colonyserver.storage.postgresql_pipeline import Check, Pipeline
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

_LOCK = f"SELECT pg_advisory_xact_lock_shared({_WRITERS_LOCK})"
_LOCK_ALONE = f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"
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
        self._names = map(b"s%d".__mod__, count())
        self._pipeline = Pipeline(self.libpq)
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

    def write_rows(self, statement: str, rows: Sequence[Sequence[Any]], form: RowForm, *, must_change: bool) -> None:
        """Run a statement for many rows of parameters, at the latest with the next one whose outcome is wanted."""

        def check(outcome: PGresult) -> None:
            self._checked(outcome)
            if must_change:
                check_changed(outcome.command_tuples, len(rows))

        self._send(with_arrays(statement, form.types), arrays_of(rows), check)

    def put_off(self, statement: str) -> None:
        """Run a statement at the latest with the next one whose outcome is wanted."""
        self._send(statement, (), self._checked)

    def settle(self) -> None:
        """Have everything done that was put off; raises what went wrong with it."""
        if not self._pipeline.is_empty:
            self._pipeline.settle()

    def fetch_by_ids(self, columns: str, table: str, key: str, ids: Sequence[str], ending: str) -> list[Row]:
        """The rows of a table whose text key is among `ids`."""
        return self.fetch(by_ids(columns, table, key, ending), (array_of(ids),))

    def delete_rows(self, table: str, keys: Sequence[str], rows: Sequence[Sequence[Any]], types: str) -> None:
        """Delete the rows of a table whose key columns have these values."""
        self.write_rows(deletion(table, tuple(keys)), rows, RowForm("", "", types), must_change=False)

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
        self.put_off("BEGIN")
        self.put_off(_LOCK_ALONE if alone else _LOCK)

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
        # What was put off comes to nothing, too, whether it would have failed or not.
        with contextlib.suppress(Exception):
            self.settle()
        self._control(b"ROLLBACK")

    @property
    def is_lost(self) -> bool:
        """Whether the connection is of no use any more."""
        return self.libpq.status != ConnStatus.OK

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; not when the connection is lost."""
        if not self._pipeline.is_empty:
            return not self.is_lost
        return self.libpq.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def _control(self, statement: bytes) -> bytes:
        """Begin or end a transaction; what PostgreSQL says that it did."""
        self.settle()
        return self._checked(self.libpq.exec_(statement)).command_status or b""

    def _run(self, statement: str, parameters: Sequence[Any]) -> PGresult:
        """Run a statement, which is prepared when it comes again: PostgreSQL works out the types of its parameters."""
        if not self._pipeline.is_empty:
            self._send(statement, parameters, self._checked)
            return self._pipeline.settle()
        values = [text_of(value) for value in parameters]
        name = self.prepared.get(statement)
        if name is None and len(self.prepared) < _MOST_PREPARED:
            name = next(self._names)
            self._checked(self.libpq.prepare(name, numbered(statement).encode()))
            self.prepared[statement] = name
        if name is None:
            return self._checked(self.libpq.exec_params(numbered(statement).encode(), values))
        # libpq takes NULL as None here too.
        return self._checked(self.libpq.exec_prepared(name, values))  # type: ignore[arg-type]

    def _send(self, statement: str, parameters: Sequence[Any], check: Check) -> None:
        """Send a statement whose outcome is looked at later."""
        values = [text_of(value) for value in parameters]
        name = self.prepared.get(statement)
        if name is None and len(self.prepared) < _MOST_PREPARED:
            name = self._send_preparation(statement)
        if name is None:
            text = numbered(statement).encode()
            self._pipeline.add(lambda: self.libpq.send_query_params(text, values), check)
        else:
            prepared = name
            self._pipeline.add(lambda: self.libpq.send_query_prepared(prepared, values), check)

    def _send_preparation(self, statement: str) -> bytes:
        name = next(self._names)

        def keep(outcome: PGresult) -> None:
            self._checked(outcome)
            self.prepared[statement] = name

        self._pipeline.add(lambda: self.libpq.send_prepare(name, numbered(statement).encode()), keep)
        return name

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in _SUCCESS:
            return result
        error = psycopg.errors.error_from_result(result)
        if isinstance(error, _TROUBLE) or self.libpq.status != ConnStatus.OK:
            raise DriverTrouble(str(error), error.sqlstate or "") from error
        raise error
