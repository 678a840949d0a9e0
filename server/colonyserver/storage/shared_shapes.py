"""Shapes of a database that several servers share.

Each server has its own copy in memory, and others store new shapes and delete old ones at any time. So shapes carry the
time of their last use, which is brought up long before they are old enough to be deleted; and a claim that has found
nothing asks for those that were stored since the last time.
"""

import time

from sqlalchemy import Connection

from colonyserver.storage.driver import execute, fetch
from colonyserver.storage.shapes import COLUMNS, NOTHING_WAITS, Place, Shape, ShapeIndex, Shapes

_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
"""Unix milliseconds of the database's clock, by which all servers go."""

_UNUSED_MILLISECONDS = 3_600_000
_RENEWED_SECONDS = 600.0
_LONGEST_TRANSACTION_MILLISECONDS = 30_000
"""A shape can be seen only so long after the time that it carries."""

_STORE = f"""
    INSERT INTO shape ({COLUMNS}, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, {_NOW})
    ON CONFLICT (shape_id) DO UPDATE SET used_at = excluded.used_at
"""
_STORED_SINCE = f"SELECT {COLUMNS}, {_NOW} - used_at FROM shape WHERE used_at >= ?"


class SharedShapeIndex(ShapeIndex):
    """All shapes in memory; for the writer thread only, except `forget`."""

    def __init__(self) -> None:
        super().__init__()
        self._learnt_until = 0
        self._clock_offset = 0

    def learn(self, connection: Connection) -> bool:
        """Take in what other servers have stored since the last time; whether there was anything."""
        shapes = self._loaded(connection)
        return self._learn_since(connection, shapes, self._learnt_until - _LONGEST_TRANSACTION_MILLISECONDS)

    def prune(self, connection: Connection) -> None:
        """Delete the shapes that nothing waits under and that no server has used for an hour."""
        execute(
            connection, f"DELETE FROM shape WHERE used_at < {_NOW} - ? AND {NOTHING_WAITS}", (_UNUSED_MILLISECONDS,)
        )

    def _load(self, connection: Connection, shapes: Shapes) -> None:
        [(now,)] = fetch(connection, f"SELECT {_NOW}")
        self._clock_offset = now - _monotonic_milliseconds()
        self._learn_since(connection, shapes, 0)

    def _learn_since(self, connection: Connection, shapes: Shapes, since: int) -> bool:
        self._learnt_until = self._clock_offset + _monotonic_milliseconds()
        is_news = False
        for *row, age in fetch(connection, _STORED_SINCE, (since,)):
            shape = self._add(shapes, tuple(row))
            if shape is not None:
                is_news = True
                shape.stored_at = time.monotonic() - age / 1000
        return is_news

    def _keep(self, connection: Connection, place: Place, shape: Shape) -> None:
        now = time.monotonic()
        if not shape.stored_at or now - shape.stored_at > _RENEWED_SECONDS:
            execute(connection, _STORE, (shape.shape_id, *place, *shape.bounds))
            shape.stored_at = now


def _monotonic_milliseconds() -> int:
    return time.monotonic_ns() // 1_000_000
