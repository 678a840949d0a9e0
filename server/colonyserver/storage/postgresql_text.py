"""Statements and values in the form that PostgreSQL reads."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from colonyserver.storage.driver_base import RowForm

_ROW_COUNTS = (32, 16, 8, 4, 2, 1)
"""Statements for so many rows are made where the types of the columns are not known."""

_PLACEHOLDER = re.compile(r"'[^']*'|\?")
_LISTED_ROWS = re.compile(r"\(VALUES \{rows\}\) AS (\w+)")


def without_nul(text: str) -> str:
    """A text that PostgreSQL can keep: with every character but NUL, which becomes U+FFFD."""
    return text.replace("\0", "\ufffd")


def text_of(value: Any) -> bytes | None:
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


def slices(rows: Sequence[Sequence[Any]]) -> Iterable[Sequence[Sequence[Any]]]:
    """The rows in as few pieces as there are statements for."""
    start = 0
    while start < len(rows):
        count = next(count for count in _ROW_COUNTS if count <= len(rows) - start)
        yield rows[start : start + count]
        start += count


def arrays_of(rows: Sequence[Sequence[Any]]) -> list[str]:
    """One array for each column."""
    return [array_of(column) for column in zip(*rows, strict=True)]


def array_of(values: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it; its type is in the statement."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return f"{{{','.join(map(str, values))}}}"
    if kinds == {str}:
        text = '","'.join(values)
        # Most texts can stand as they are.
        if "\\" not in text and text.count('"') == 2 * (len(values) - 1):
            return f'{{"{text}"}}'
    return f"{{{','.join([_element(value) for value in values])}}}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _number(value)


@lru_cache(maxsize=2048)
def numbered(statement: str) -> str:
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
def with_arrays(statement: str, types: str) -> str:
    """The statement with one array parameter for each column in place of the rows."""
    names = types.split()
    arrays = ", ".join(f"CAST(? AS {name}[])" for name in names)
    columns = ", ".join(f"column{number}" for number in range(1, len(names) + 1))
    statement = _LISTED_ROWS.sub(rf"unnest({arrays}) AS \1({columns})", statement)
    statement = statement.replace("VALUES {rows}", f"SELECT * FROM unnest({arrays}) AS item({columns})")
    return statement.replace("IN ({rows})", f"= ANY({arrays})")


def written_out(statement: str, rows: Sequence[Sequence[Any]], form: RowForm) -> str:
    """The statement with a list of `?` for each row."""
    return _repeated(statement, form.each or f"({', '.join('?' * len(rows[0]))})", form.joined_by, len(rows))


@lru_cache(maxsize=1024)
def _repeated(statement: str, each: str, joined_by: str, count: int) -> str:
    return statement.replace("{rows}", joined_by.join([each] * count))


@lru_cache(maxsize=64)
def by_ids(columns: str, table: str, key: str, ending: str) -> str:
    """A query for the rows of a table whose text key is in an array."""
    return f"SELECT {columns} FROM {table} WHERE {table}.{key} = ANY(CAST(? AS text[])){ending}"


@lru_cache(maxsize=64)
def deletion(table: str, keys: tuple[str, ...]) -> str:
    """A statement that deletes the rows with these values of their key columns."""
    same = " AND ".join(f"{table}.{key} = item.column{number}" for number, key in enumerate(keys, start=1))
    return f"DELETE FROM {table} USING (VALUES {{rows}}) AS item WHERE {same}"
