"""Shapes: exact while they are few, then classes of sizes; the same ids on every server; nothing is lost by either."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from colonyserver.requirements import UNLIMITED, Asker, Requirement
from colonyserver.storage import migrations, shapes
from colonyserver.storage.driver import execute, fetch
from colonyserver.storage.queue import Entry, Queue
from colonyserver.storage.shapes import ShapeIndex
from colonyserver.storage.sqlite_backend import SqliteBackend

ANY = Requirement("dev", "cli", (), "", 0, 0)
ALL_ROOM = Asker("dev", "cli", "one", "id", "", UNLIMITED, UNLIMITED)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = SqliteBackend(str(tmp_path / "colony.db")).writing_engine()
    migrations.upgrade(engine)
    with engine.connect() as connection:
        yield connection


def test_one_shape_for_equal_requirements(connection: Connection) -> None:
    index = ShapeIndex()
    first = index.shapes_for(connection, ANY._replace(cpu=500, mem=100))
    assert index.shapes_for(connection, ANY._replace(cpu=500, mem=100)) == first
    assert index.shapes_for(connection, ANY._replace(cpu=500, mem=101)) != first
    assert len(fetch(connection, "SELECT * FROM shape")) == 2


def test_one_shape_for_each_target(connection: Connection) -> None:
    both = ShapeIndex().shapes_for(connection, ANY._replace(targets=("one", "two")))
    assert len({shape.shape_id for shape in both}) == 2


def test_ids_do_not_depend_on_who_made_them(connection: Connection, tmp_path: Path) -> None:
    requirement = Requirement("dev", "cli", ("å", "b"), "cern", 500, 1 << 40)
    first = [shape.shape_id for shape in ShapeIndex().shapes_for(connection, requirement)]
    execute(connection, "DELETE FROM shape")
    assert [shape.shape_id for shape in ShapeIndex().shapes_for(connection, requirement)] == first
    assert all(-(2**63) <= shape_id < 2**63 for shape_id in first)


def test_many_sizes_end_up_in_few_classes(connection: Connection) -> None:
    index = ShapeIndex()
    chosen = [index.shapes_for(connection, ANY._replace(mem=number * 1000))[0] for number in range(5000)]
    assert all(shape.is_exact for shape in chosen[:64])
    assert not any(shape.is_exact for shape in chosen[64:])
    assert all(shape.least_mem <= number * 1000 <= shape.most_mem for number, shape in enumerate(chosen))
    assert len(fetch(connection, "SELECT * FROM shape")) < 100
    elsewhere = index.shapes_for(connection, ANY._replace(mem=123, location_name="cern"))
    assert elsewhere[0].is_exact, "each place counts for itself"


def test_where_an_asker_looks(connection: Connection) -> None:
    index = ShapeIndex()
    wanted = [
        ANY._replace(mem=mem, targets=targets, location_name=place)
        for mem in (10, 20)
        for targets in ((), ("one",), ("two",))
        for place in ("", "cern")
    ]
    for requirement in wanted:
        index.shapes_for(connection, requirement)
    assert len(index.probes_for(connection, ALL_ROOM)) == 4
    assert len(index.probes_for(connection, ALL_ROOM._replace(location_name="cern"))) == 8
    assert len(index.probes_for(connection, ALL_ROOM._replace(mem=15))) == 2
    assert index.probes_for(connection, ALL_ROOM._replace(mem=5)) == []
    assert index.probes_for(connection, ALL_ROOM._replace(executor_type="other")) == []


def test_a_class_that_fits_in_part_is_looked_into_with_limits(connection: Connection) -> None:
    index = ShapeIndex()
    for number in range(64):
        index.shapes_for(connection, ANY._replace(cpu=10_000 + number))
    (shape,) = index.shapes_for(connection, ANY._replace(cpu=600))
    assert (shape.least_cpu, shape.most_cpu) == (512, 1023)
    (partly,) = index.probes_for(connection, ALL_ROOM._replace(cpu=700))
    assert (partly.shape, partly.cpu, partly.mem) == (shape, 700, UNLIMITED)
    wholly = index.probes_for(connection, ALL_ROOM._replace(cpu=1023))
    assert [probe.cpu for probe in wholly] == [UNLIMITED]


def test_another_index_reads_what_is_stored(connection: Connection) -> None:
    ShapeIndex().shapes_for(connection, ANY._replace(targets=("one",), cpu=5))
    assert len(ShapeIndex().probes_for(connection, ALL_ROOM)) == 1


def test_a_drained_queue_is_not_looked_into_until_something_comes(connection: Connection) -> None:
    queue = Queue()
    (key,) = queue.enqueue(connection, [Entry("p1", 1, ANY)])
    probes = queue.probes_for(connection, ALL_ROOM)
    assert [head.process_id for head in queue.peek(connection, probes, 1)[probes[0]]] == ["p1"]
    execute(connection, "DELETE FROM queue")
    queue.peek(connection, probes, 1)
    assert queue.probes_for(connection, ALL_ROOM) == []
    queue.enqueue(connection, [Entry("p2", 2, ANY)])
    assert len(queue.probes_for(connection, ALL_ROOM)) == 1
    assert key.startswith("[")


def test_shapes_that_are_not_needed_do_not_pile_up(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "_PRUNED_FROM", 100)
    queue = Queue()
    for number in range(1000):
        requirement = ANY._replace(targets=(f"executor-{number}",))
        queue.enqueue(connection, [Entry("p", number, requirement)])
        if number != 5:
            execute(connection, "DELETE FROM queue WHERE priority_time = ?", (number,))
    assert len(fetch(connection, "SELECT * FROM shape")) <= 101
    probes = queue.probes_for(connection, ALL_ROOM._replace(executor_name="executor-5"))
    assert len(probes) == 1


def test_only_unused_shapes_are_pruned(connection: Connection) -> None:
    queue = Queue()
    queue.enqueue(connection, [Entry("p1", 1, ANY._replace(mem=1))])
    ShapeIndex().shapes_for(connection, ANY._replace(mem=2))
    queue.prune(connection)
    assert fetch(connection, "SELECT least_mem FROM shape") == [(1,)]
