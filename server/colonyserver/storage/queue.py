"""The queue of assignable processes: putting in, taking out, and finding the first that an executor can take."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pydantic_core
from sqlalchemy import Connection

from colonyserver.requirements import UNLIMITED, Asker, Requirement
from colonyserver.storage.driver import delete_rows, fetch, fetch_rows, is_postgresql, write_rows
from colonyserver.storage.driver_base import Row
from colonyserver.storage.shapes import Probe, Shape, ShapeIndex
from colonyserver.storage.shared_shapes import SharedShapeIndex

_PEEK = """
    SELECT probe.key, queue.priority_time, queue.process_id
    FROM (
        SELECT key, json_extract(value, '$[0]') AS shape_id, json_extract(value, '$[1]') AS cpu,
            json_extract(value, '$[2]') AS mem
        FROM json_each(?)
    ) AS probe
    CROSS JOIN queue ON queue.shape_id = probe.shape_id AND queue.cpu <= probe.cpu AND queue.mem <= probe.mem
        AND queue.priority_time <= coalesce(
            (SELECT first.priority_time FROM queue AS first
             WHERE first.shape_id = probe.shape_id AND first.cpu <= probe.cpu AND first.mem <= probe.mem
             ORDER BY first.priority_time LIMIT 1 OFFSET ?),
            9223372036854775807)
"""
_PEEK_POSTGRESQL = """
    SELECT probe.column1, head.priority_time, head.process_id
    FROM (VALUES {rows}) AS probe CROSS JOIN LATERAL (
        SELECT priority_time, process_id FROM queue
        WHERE shape_id = probe.column2 AND cpu <= probe.column3 AND mem <= probe.column4
        ORDER BY priority_time LIMIT ?
    ) AS head
"""
_KEY = ("shape_id", "priority_time", "process_id")


class QueueKey(NamedTuple):
    """Where a process stands in the queue."""

    shape_ids_json: str
    priority_time: int
    process_id: str


class Entry(NamedTuple):
    """A process to put into the queue."""

    process_id: str
    priority_time: int
    requirement: Requirement


class Head(NamedTuple):
    """A process near the front of a queue; sorts by what comes first."""

    priority_time: int
    process_id: str


class Queue:
    """The queue table together with the shapes in memory; for the writer thread."""

    def __init__(self, *, is_shared: bool = False) -> None:
        """`is_shared` when other servers may put processes in and take them out."""
        self._is_shared = is_shared
        self._shapes = SharedShapeIndex() if is_shared else ShapeIndex()

    def forget(self) -> None:
        """Drop what is remembered of the database; from any thread, after work was undone or a colony removed."""
        self._shapes.forget()

    def enqueue(self, connection: Connection, entries: Iterable[Entry]) -> list[str]:
        """Put processes in; returns the `shape_ids_json` of each, which its row must hold for `dequeue`."""
        self._shapes.prune_if_many(connection)
        rows = []
        keys = []
        for process_id, priority_time, requirement in entries:
            shapes = self._shapes.shapes_for(connection, requirement)
            for shape in shapes:
                shape.is_drained = False
                rows.append((shape.shape_id, priority_time, process_id, requirement.cpu, requirement.mem))
            keys.append(_shape_ids_json(shapes))
        write_rows(
            connection,
            "INSERT INTO queue (shape_id, priority_time, process_id, cpu, mem) VALUES {rows}",
            rows,
            types="bigint bigint text bigint bigint",
        )
        return keys

    def dequeue(self, connection: Connection, keys: Iterable[QueueKey]) -> None:
        """Take processes out; those that are not in are no harm."""
        rows = [
            (shape_id, priority_time, process_id)
            for shape_ids_json, priority_time, process_id in keys
            for shape_id in pydantic_core.from_json(shape_ids_json)
        ]
        delete_rows(connection, "queue", _KEY, rows, "bigint bigint text")

    def learn(self, connection: Connection) -> bool:
        """Take in what other servers have met for the first time; whether there was anything."""
        return self._shapes.learn(connection)

    def prune(self, connection: Connection) -> None:
        """Forget requirements that nothing waits under; when a server starts."""
        self._shapes.prune(connection)
        self._shapes.forget()

    def probes_for(self, connection: Connection, asker: Asker) -> list[Probe]:
        """Where to `peek` for an asker; empty when nothing it could take is waiting."""
        return self._shapes.probes_for(connection, asker)

    def peek(self, connection: Connection, probes: Sequence[Probe], depth: int) -> dict[Probe, list[Head]]:
        """The first `depth` processes behind each probe, or a few more where priority times are equal."""
        heads: dict[Probe, list[Head]] = {probe: [] for probe in probes}
        for index, priority_time, process_id in _peek(connection, probes, depth):
            heads[probes[index]].append(Head(priority_time, process_id))
        for probe, found in heads.items():
            found.sort()
            # What another server puts in is not noticed here.
            if not found and probe.cpu == probe.mem == UNLIMITED and not self._is_shared:
                probe.shape.is_drained = True
        return heads


def _peek(connection: Connection, probes: Sequence[Probe], depth: int) -> list[Row]:
    if not is_postgresql(connection):
        wanted = pydantic_core.to_json([(probe.shape.shape_id, probe.cpu, probe.mem) for probe in probes])
        return fetch(connection, _PEEK, (wanted.decode(), depth - 1))
    rows = [(index, probe.shape.shape_id, probe.cpu, probe.mem) for index, probe in enumerate(probes)]
    return fetch_rows(connection, _PEEK_POSTGRESQL, rows, after=(depth,), types="bigint bigint bigint bigint")


def _shape_ids_json(shapes: Sequence[Shape]) -> str:
    return f"[{','.join(str(shape.shape_id) for shape in shapes)}]"
