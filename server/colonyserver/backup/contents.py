"""The rows of every table, out of a database and into one."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Boolean, Connection, Table
from sqlmodel import SQLModel

from colonyserver.backup.archive import Content, Row
from colonyserver.storage import tables
from colonyserver.storage.driver import execute, execute_rows, fetch, is_postgresql

_PAGE = 500
_MADE_BY_MIGRATIONS = tables.Server.__table__.name  # type: ignore[attr-defined]  # SQLModel sets it


def all_tables() -> list[Table]:
    """Every table of the server, those first that others refer to."""
    return SQLModel.metadata.sorted_tables


def rows_of(connection: Connection, table: Table) -> Iterator[Sequence[Row]]:
    """The rows of a table in pages, by primary key, so that no statement runs for long."""
    columns = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    positions = [columns.index(key) for key in keys]
    query = f"SELECT {_quoted(columns)} FROM {_quoted([table.name])}"
    order = f"ORDER BY {_quoted(keys)} LIMIT ?"
    after = f"WHERE ({_quoted(keys)}) > ({', '.join('?' * len(keys))})"
    page = fetch(connection, f"{query} {order}", (_PAGE,))
    while page:
        yield [_portable(table, row) for row in page]
        last = [page[-1][position] for position in positions]
        page = fetch(connection, f"{query} {after} {order}", (*last, _PAGE))


def is_empty(connection: Connection) -> bool:
    """Whether nothing was ever put into a database, whose tables exist."""
    kept = [table.name for table in all_tables() if table.name != _MADE_BY_MIGRATIONS]
    return not any(fetch(connection, f"SELECT 1 FROM {_quoted([name])} LIMIT 1") for name in kept)


def load(connection: Connection, contents: Iterable[Content]) -> int:
    """Put rows into an empty database; how many they were."""
    execute(connection, f"DELETE FROM {_MADE_BY_MIGRATIONS}")
    count = 0
    page: list[Content] = []
    for content in contents:
        if page and (len(page) == _PAGE or content.table != page[0].table):
            count += _insert(connection, page)
            page = []
        page.append(content)
    count += _insert(connection, page)
    _continue_numbering(connection)
    return count


def _portable(table: Table, row: Sequence[Any]) -> Row:
    """The row with truth values as such, which SQLite keeps as numbers."""
    return [
        bool(value) if isinstance(column.type, Boolean) and value is not None else value
        for column, value in zip(table.columns, row, strict=True)
    ]


def _insert(connection: Connection, page: Sequence[Content]) -> int:
    if not page:
        return 0
    first = page[0]
    statement = f"INSERT INTO {_quoted([first.table])} ({_quoted(first.columns)}) VALUES {{rows}}"
    return execute_rows(connection, statement, [content.row for content in page])


def _continue_numbering(connection: Connection) -> None:
    """Let new rows be numbered after those that were loaded, as SQLite does by itself."""
    if not is_postgresql(connection):
        return
    for table in all_tables():
        column = table.autoincrement_column
        if column is not None and len(table.primary_key) == 1:
            highest = f"(SELECT coalesce(max({column.name}), 0) + 1 FROM {_quoted([table.name])})"
            fetch(
                connection,
                f"SELECT setval(sequence, {highest}, FALSE) FROM pg_get_serial_sequence(?, ?) AS sequence "
                "WHERE sequence IS NOT NULL",
                (_quoted([table.name]), column.name),
            )


def _quoted(names: Iterable[str]) -> str:
    """Names of tables or columns as they stand in a statement; `user` means something else to PostgreSQL otherwise."""
    return ", ".join(f'"{name}"' for name in names)
