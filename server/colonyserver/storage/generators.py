"""Statements about generators and their queues."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import Generator
from colonyserver.storage.driver import execute, fetch, row_lock
from colonyserver.storage.times import to_datetime


class GeneratorRecord(NamedTuple):
    """One row of the generator table; times in Unix nanoseconds."""

    generator_id: str
    colony_name: str
    name: str
    initiator_id: str
    initiator_name: str
    workflow_spec: str
    root_count: int
    threshold: int
    timeout_seconds: int
    first_packed_at: int | None = None
    last_run_at: int | None = None
    queue_size: int = 0
    queue_bytes: int = 0
    next_position: int = 0
    retry_at: int = 0
    due_at: int | None = None

    def to_wire(self, checker_period: int = 0) -> Generator:
        """The generator as clients see it; `checker_period` in milliseconds is shown to who asks for this one alone."""
        return Generator(
            generator_id=self.generator_id,
            initiator_id=self.initiator_id,
            initiator_name=self.initiator_name,
            colony_name=self.colony_name,
            name=self.name,
            workflow_spec=self.workflow_spec,
            trigger=self.threshold,
            timeout=self.timeout_seconds,
            first_pack=to_datetime(self.first_packed_at),
            last_run=to_datetime(self.last_run_at),
            queue_size=self.queue_size,
            checker_period=checker_period,
        )


class Argument(NamedTuple):
    """An argument in a queue, and its place there."""

    position: int
    arg: str


_COLUMNS = ", ".join(GeneratorRecord._fields)


def add_generator(connection: Connection, generator: GeneratorRecord) -> bool:
    """Insert a generator; False when its name is taken in the colony."""
    places = ", ".join("?" * len(generator))
    statement = f"INSERT INTO generator ({_COLUMNS}) VALUES ({places}) ON CONFLICT (colony_name, name) DO NOTHING"
    return execute(connection, statement, generator) == 1


def find_generator(connection: Connection, generator_id: str) -> GeneratorRecord | None:
    """The generator of an id."""
    statement = f"SELECT {_COLUMNS} FROM generator WHERE generator_id = ?"
    return _first(fetch(connection, statement, (generator_id,)))


def lock_generator(connection: Connection, generator_id: str) -> GeneratorRecord | None:
    """The generator of an id, whose queue nobody else may change before the commit."""
    statement = f"SELECT {_COLUMNS} FROM generator WHERE generator_id = ?{row_lock(connection)}"
    return _first(fetch(connection, statement, (generator_id,)))


def find_generator_by_name(connection: Connection, colony_name: str, name: str) -> GeneratorRecord | None:
    """The generator of a name."""
    statement = f"SELECT {_COLUMNS} FROM generator WHERE colony_name = ? AND name = ?"
    return _first(fetch(connection, statement, (colony_name, name)))


def list_generators(connection: Connection, colony_name: str, count: int) -> list[GeneratorRecord]:
    """The first `count` generators of a colony, by name."""
    statement = f"SELECT {_COLUMNS} FROM generator WHERE colony_name = ? ORDER BY name LIMIT ?"
    return [_record(row) for row in fetch(connection, statement, (colony_name, count))]


def remove_generator(connection: Connection, generator_id: str) -> None:
    """Delete a generator and its queue."""
    execute(connection, "DELETE FROM generator WHERE generator_id = ?", (generator_id,))
    execute(connection, "DELETE FROM generator_argument WHERE generator_id = ?", (generator_id,))


def due_generator_ids(connection: Connection, now: int, limit: int) -> list[str]:
    """The generators that are to submit a workflow, the one that waits longest first."""
    statement = "SELECT generator_id FROM generator WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?"
    return [generator_id for (generator_id,) in fetch(connection, statement, (now, limit))]


def next_generator_due_at(connection: Connection) -> int | None:
    """When the next generator is due."""
    rows = fetch(connection, "SELECT due_at FROM generator WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1")
    return rows[0][0] if rows else None


def update_generator(connection: Connection, generator: GeneratorRecord) -> None:
    """Store where a locked generator stands now: its times, and the size of its queue."""
    statement = (
        "UPDATE generator SET first_packed_at = ?, last_run_at = ?, queue_size = ?, queue_bytes = ?, "
        "next_position = ?, retry_at = ?, due_at = ? WHERE generator_id = ?"
    )
    queue = (generator.queue_size, generator.queue_bytes, generator.next_position)
    times = (generator.retry_at, generator.due_at)
    before = (generator.first_packed_at, generator.last_run_at)
    execute(connection, statement, (*before, *queue, *times, generator.generator_id))


def append_argument(connection: Connection, generator: GeneratorRecord, arg: str) -> None:
    """Put an argument into the queue of a locked generator, at its next position."""
    statement = "INSERT INTO generator_argument (generator_id, position, colony_name, arg) VALUES (?, ?, ?, ?)"
    execute(connection, statement, (generator.generator_id, generator.next_position, generator.colony_name, arg))


def first_arguments(connection: Connection, generator_id: str, count: int) -> list[Argument]:
    """The first `count` arguments of a queue."""
    statement = "SELECT position, arg FROM generator_argument WHERE generator_id = ? ORDER BY position LIMIT ?"
    return [Argument(*row) for row in fetch(connection, statement, (generator_id, count))]


def remove_arguments(connection: Connection, generator_id: str, last_position: int) -> None:
    """Take the arguments up to a position out of a queue."""
    statement = "DELETE FROM generator_argument WHERE generator_id = ? AND position <= ?"
    execute(connection, statement, (generator_id, last_position))


def _first(rows: Sequence[tuple[object, ...]]) -> GeneratorRecord | None:
    return _record(rows[0]) if rows else None


def _record(row: tuple[object, ...]) -> GeneratorRecord:
    return GeneratorRecord(*row)  # type: ignore[arg-type]  # a row in the order of the fields
