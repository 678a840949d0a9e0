"""Partial indexes, which hold only the rows that are looked for."""

from typing import Any

from sqlalchemy import text


def partial(condition: str) -> dict[str, Any]:
    """The arguments of an `Index` over the rows that meet a condition; queries must repeat it word for word."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
