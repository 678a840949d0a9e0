"""The types of columns, and how PostgreSQL keeps texts."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlmodel import SQLModel


def column_types(table: type[SQLModel], names: Iterable[str]) -> str:
    """PostgreSQL's types of columns, in the order of their names, as `execute_rows` wants them."""
    return _types(table, tuple(names))


@cache
def _types(table: type[SQLModel], names: tuple[str, ...]) -> str:
    columns = table.metadata.tables[str(table.__tablename__)].columns
    return " ".join(str(columns[name].type) for name in names)


@compiles(Text, "postgresql")
def _bytewise(_text: Text, _compiler: Any, **_options: Any) -> str:
    """Texts sort by their bytes, as in SQLite, whatever language the database was made for."""
    return 'TEXT COLLATE "C"'
