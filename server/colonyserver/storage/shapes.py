"""Shapes: the distinct requirements that waiting processes have, so that a claim looks only where something fits.

A copy of the table is kept in memory. It belongs to the writer thread, which alone reads and changes it, and is dropped
whenever work was undone.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.requirements import UNLIMITED, Asker, Requirement
from colonyserver.storage.driver import execute, fetch
from colonyserver.storage.driver_base import Row

_EXACT_SHAPES = 64
"""So many exact shapes per place; the next ones are classes, so that a claim never has thousands to look at."""

_PRUNED_FROM = 20_000
"""From so many shapes on, those that nothing waits under are deleted whenever the number has doubled."""

COLUMNS = "shape_id, colony_name, executor_type, target, location_name, least_cpu, most_cpu, least_mem, most_mem"

NOTHING_WAITS = "NOT EXISTS (SELECT 1 FROM queue WHERE queue.shape_id = shape.shape_id)"
"""The condition under which a shape is of no use."""

Bounds = tuple[int, int, int, int]


class Place(NamedTuple):
    """Where shapes are looked up: the parts of a requirement that match exactly."""

    colony_name: str
    executor_type: str
    target: str
    location_name: str


class Shape:
    """One row of the table.

    `is_drained` tells that its queue is known to be empty; `stored_at`, in seconds of the monotonic clock, when it was
    certainly in the table. Each is kept up by one of the two kinds of index only.
    """

    __slots__ = ("is_drained", "least_cpu", "least_mem", "most_cpu", "most_mem", "shape_id", "stored_at")

    def __init__(self, shape_id: int, least_cpu: int, most_cpu: int, least_mem: int, most_mem: int) -> None:
        self.shape_id = shape_id
        self.least_cpu = least_cpu
        self.most_cpu = most_cpu
        self.least_mem = least_mem
        self.most_mem = most_mem
        self.is_drained = False
        self.stored_at = 0.0

    @property
    def bounds(self) -> Bounds:
        """The least and most cpu, the least and most memory."""
        return (self.least_cpu, self.most_cpu, self.least_mem, self.most_mem)

    @property
    def is_exact(self) -> bool:
        """Whether every process of this shape needs the same."""
        return self.least_cpu == self.most_cpu and self.least_mem == self.most_mem


Shapes = dict[tuple[str, str, str, str], dict[Bounds, Shape]]
"""By their place, which is looked up as the plain tuple that it is equal to."""

_NO_SHAPES: dict[Bounds, Shape] = {}


class Probe(NamedTuple):
    """A shape to look into, and the limits its rows must keep; unlimited where all of them fit."""

    shape: Shape
    cpu: int
    mem: int


class ShapeIndex:
    """All shapes in memory, where no other server makes new ones; for the writer thread only, except `forget`."""

    def __init__(self) -> None:
        self._shapes: Shapes | None = None
        self._count = 0
        self._prune_at = _PRUNED_FROM

    def forget(self) -> None:
        """Read the table again at the next use; from any thread."""
        self._shapes = None

    def prune_if_many(self, connection: Connection) -> None:
        """Delete shapes that nothing waits under, if there are many; not between `shapes_for` and queueing."""
        if self._count < self._prune_at:
            return
        self.prune(connection)
        self.forget()
        self._loaded(connection)
        self._prune_at = max(_PRUNED_FROM, 2 * self._count)

    def shapes_for(self, connection: Connection, requirement: Requirement) -> list[Shape]:
        """The shapes under which a process is queued, one for each of its targets; new ones are stored."""
        shapes = self._loaded(connection)
        colony_name, executor_type, targets, location_name, cpu, mem = requirement
        chosen = []
        for target in targets or ("",):
            place = Place(colony_name, executor_type, target, location_name)
            known = shapes[place]
            shape = known.get((cpu, cpu, mem, mem))
            if shape is None:
                bounds = (cpu, cpu, mem, mem) if len(known) < _EXACT_SHAPES else (*_class_of(cpu), *_class_of(mem))
                shape = known.get(bounds) or self._new(place, bounds)
                known[bounds] = shape
            self._keep(connection, place, shape)
            chosen.append(shape)
        return chosen

    def probes_for(self, connection: Connection, asker: Asker) -> list[Probe]:
        """Where something that the asker can take may be waiting."""
        shapes = self._loaded(connection)
        probes = []
        for place in _places_of(asker):
            for shape in shapes.get(place, _NO_SHAPES).values():
                if shape.is_drained or shape.least_cpu > asker.cpu or shape.least_mem > asker.mem:
                    continue
                cpu = UNLIMITED if shape.most_cpu <= asker.cpu else asker.cpu
                mem = UNLIMITED if shape.most_mem <= asker.mem else asker.mem
                probes.append(Probe(shape, cpu, mem))
        return probes

    def learn(self, connection: Connection) -> bool:
        """Take in what other servers have stored; whether there was anything. Here there is no other."""
        return False

    def prune(self, connection: Connection) -> None:
        """Delete the shapes that nothing waits under; what is in memory must be forgotten then."""
        execute(connection, f"DELETE FROM shape WHERE {NOTHING_WAITS}")

    def _loaded(self, connection: Connection) -> Shapes:
        shapes = self._shapes
        if shapes is None:
            shapes = defaultdict(dict)
            self._count = 0
            self._load(connection, shapes)
            self._shapes = shapes
        return shapes

    def _load(self, connection: Connection, shapes: Shapes) -> None:
        """Read the whole table."""
        for row in fetch(connection, f"SELECT {COLUMNS} FROM shape"):
            self._add(shapes, row)

    def _add(self, shapes: Shapes, row: Row) -> Shape | None:
        """Take a row of the table into memory; None when it is there already."""
        shape_id, *place, least_cpu, most_cpu, least_mem, most_mem = row
        bounds = (least_cpu, most_cpu, least_mem, most_mem)
        known = shapes[Place(*place)]
        if bounds in known:
            return None
        shape = known[bounds] = Shape(shape_id, *bounds)
        shape.stored_at = time.monotonic()
        self._count += 1
        return shape

    def _new(self, place: Place, bounds: Bounds) -> Shape:
        self._count += 1
        return Shape(_shape_id(place, bounds), *bounds)

    def _keep(self, connection: Connection, place: Place, shape: Shape) -> None:
        """Make sure that a shape is in the table when something is to wait under it."""
        if not shape.stored_at:
            shape.stored_at = time.monotonic()
            statement = f"INSERT INTO shape ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
            execute(connection, statement, (shape.shape_id, *place, *shape.bounds))


def _places_of(asker: Asker) -> Iterator[tuple[str, str, str, str]]:
    colony_name, executor_type, executor_name, _, location_name, *_ = asker
    for target in ("", executor_name) if executor_name else ("",):
        yield (colony_name, executor_type, target, "")
        if location_name:
            yield (colony_name, executor_type, target, location_name)


def _class_of(amount: int) -> tuple[int, int]:
    """The power-of-two class of an amount, as least and most: 0..0, 1..1, 2..3, 4..7 and so on."""
    if amount == 0:
        return (0, 0)
    least = 1 << (amount.bit_length() - 1)
    return (least, 2 * least - 1)


def _shape_id(place: Place, bounds: Bounds) -> int:
    """The same on every server, so that two of them that meet a new shape at once agree on its id."""
    canonical = json.dumps([*place, *bounds], separators=(",", ":"))
    return int.from_bytes(blake2b(canonical.encode(), digest_size=8).digest(), "big", signed=True)
