"""What only PostgreSQL has: several connections that write, transactions that fail quietly, texts without NUL."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from colonysdk.objects import Colony
from colonyserver.errors import DatabaseError, UnsupportedDatabase
from colonyserver.storage import colonies, migrations, tables
from colonyserver.storage.backend import backend_for
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.database import Database
from colonyserver.storage.driver import SERVER_NUMBER, execute, execute_rows, fetch, fetch_rows, row_lock, write_rows
from colonyserver.storage.driver_base import Row
from tests.support.postgresql import Cluster

pytestmark = pytest.mark.postgresql


@pytest.fixture
async def two(cluster: Cluster) -> AsyncIterator[tuple[Database, Database]]:
    """The same database, opened as two servers do."""
    with cluster.database() as url:
        one, other = await Database.open(url), await Database.open(url)
        yield one, other
        await one.close()
        await other.close()


def adding(name: str, owner_id: str = "") -> str:
    return f"INSERT INTO colony (name, owner_id, created_at, is_paused) VALUES ('{name}', '{owner_id}', 0, FALSE)"


async def names(database: Database) -> list[str]:
    rows = await database.read(lambda connection: fetch(connection, "SELECT name FROM colony ORDER BY name"))
    return [name for (name,) in rows]


class TestOpening:
    async def test_servers_that_start_at_once_make_the_tables_once(self, cluster: Cluster) -> None:
        cluster.execute("CREATE DATABASE empty_one")
        url = cluster.url("empty_one")
        databases = await asyncio.gather(*(Database.open(url) for _ in range(3)))
        assert [await names(database) for database in databases] == [[], [], []]
        for database in databases:
            await database.close()
        cluster.execute("DROP DATABASE empty_one WITH (FORCE)")

    def test_the_migrations_make_the_tables_that_the_code_describes(self, cluster: Cluster) -> None:
        with cluster.database() as url:
            engine = backend_for(url).writing_engine()
            migrations.upgrade(engine)
            with engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": True})
                assert compare_metadata(context, tables.Server.metadata) == []

    def test_their_indexes_hold_the_rows_that_the_code_describes(self, cluster: Cluster) -> None:
        with cluster.database() as url, backend_for(url).writing_engine().connect() as connection:
            query = "SELECT indexdef FROM pg_indexes WHERE tablename <> 'alembic_version' ORDER BY indexdef"
            migrated = fetch(connection, query)
            tables.Server.metadata.drop_all(connection)
            tables.Server.metadata.create_all(connection)
            assert fetch(connection, query) == migrated

    async def test_every_server_counts_under_a_number_of_its_own(self, two: tuple[Database, Database]) -> None:
        numbers = [await database.write(lambda connection: int(connection.info[SERVER_NUMBER])) for database in two]
        assert sorted(numbers) == [1, 2]

    async def test_no_password_in_messages(self, cluster: Cluster) -> None:
        host = cluster.url("").partition("@")[2]
        with pytest.raises(DatabaseError, match="cannot be reached") as error:
            await Database.open(f"postgresql://colonies:secret@{host}missing")
        assert "secret" not in str(error.value)

    async def test_only_utf8(self, cluster: Cluster) -> None:
        cluster.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
        with pytest.raises(UnsupportedDatabase, match="ENCODING 'UTF8'"):
            await Database.open(cluster.url("latin"))


class TestStatements:
    @pytest.mark.parametrize("types", ["", "text text bigint boolean"])
    async def test_rows(self, two: tuple[Database, Database], types: str) -> None:
        rows = [(f"{number:03}", 'a "quoted" \\ {text}, NULL', number, number % 2 == 0) for number in range(70)]

        def unit(connection: Connection) -> tuple[int, list[Row]]:
            statement = "INSERT INTO colony (name, owner_id, created_at, is_paused) VALUES {rows}"
            added = execute_rows(connection, statement, rows, types=types)
            wanted = [(name,) for name, *_ in rows[:40]]
            query = (
                "SELECT name, owner_id, created_at, is_paused FROM colony WHERE name IN ({rows}) AND created_at >= ?"
            )
            found = fetch_rows(connection, query, wanted, after=(10,), each="?", types="text" if types else "")
            return added, sorted(found)

        assert await two[0].write(unit) == (70, rows[10:40])

    async def test_a_column_of_nothing_has_its_type(self, two: tuple[Database, Database]) -> None:
        statement = (
            "UPDATE executor SET last_heard_at = item.column1 FROM (VALUES {rows}) AS item WHERE name = item.column2"
        )
        changed = await two[0].write(
            lambda connection: execute_rows(connection, statement, [(None, "a"), (None, "b")], types="bigint text")
        )
        assert changed == 0

    async def test_nul_is_replaced(self, two: tuple[Database, Database]) -> None:
        statement = "INSERT INTO colony (name, owner_id, created_at, is_paused) VALUES {rows}"
        await two[0].write(
            lambda c: execute_rows(c, statement, [("a\0b", "", 0, False)], types="text text bigint boolean")
        )
        await two[0].write(lambda c: execute_rows(c, statement, [("c\0d", "", 0, False)]))
        await two[0].write(lambda c: colonies.add_colony(c, Colony(colony_id="", name="e\0f"), 0))
        assert await names(two[1]) == ["a\ufffdb", "c\ufffdd", "e\ufffdf"]

    async def test_texts_sort_by_their_bytes(self, two: tuple[Database, Database]) -> None:
        for name in ("b", "A", "a", "_", "ä", "B"):
            await two[0].write(lambda connection, name=name: execute(connection, adding(name)))  # type: ignore[misc]
        assert await names(two[1]) == sorted(["b", "A", "a", "_", "ä", "B"])


class TestUnits:
    async def test_one_that_fails_spoils_nothing_for_the_others(self, two: tuple[Database, Database]) -> None:
        outcomes = await asyncio.gather(
            *(two[0].write(lambda c, name=name: execute(c, adding(name))) for name in "abac"),  # type: ignore[misc]
            return_exceptions=True,
        )
        assert [outcome for outcome in outcomes if outcome != 1] == [outcomes[2]]
        assert "duplicate key" in str(outcomes[2])
        assert await names(two[1]) == ["a", "b", "c"]

    async def test_a_failure_that_was_swallowed_is_not_acknowledged(self, two: tuple[Database, Database]) -> None:
        """PostgreSQL keeps nothing of such a transaction, and says so only in passing."""

        def unit(connection: Connection) -> None:
            execute(connection, adding("a"))
            try:
                execute(connection, adding("a"))
            except Exception:  # noqa: BLE001 - the mistake that is shown
                return

        with pytest.raises(Exception, match="cannot be used"):
            await two[0].write(unit)
        assert await names(two[0]) == []

    async def test_units_of_two_servers_never_interleave(self, two: tuple[Database, Database]) -> None:
        """Each reads, and writes what depends on it, without a lock of its own."""

        def count_on(connection: Connection) -> None:
            [(count,)] = fetch(connection, "SELECT created_at FROM colony WHERE name = 'a'")
            execute(connection, "UPDATE colony SET created_at = ? WHERE name = 'a'", (count + 1,))

        await two[0].write(lambda connection: execute(connection, adding("a")))
        await asyncio.gather(*(two[number % 2].write(count_on) for number in range(200)))
        counted = await two[0].read(lambda connection: fetch(connection, "SELECT created_at FROM colony"))
        assert counted == [(200,)]


class TestPutOff:
    """Statements whose outcome nobody has asked for yet."""

    async def test_they_are_done_before_the_next_and_before_the_end(self, two: tuple[Database, Database]) -> None:
        def unit(connection: Connection) -> tuple[list[Row], int]:
            write_colonies(connection, "a", "b")
            write_colonies(connection, "c")
            seen = fetch(connection, "SELECT name FROM colony ORDER BY name")
            write_colonies(connection, "d")
            # SQLAlchemy's statements go another way.
            listed = colonies.list_colonies(connection)
            write_colonies(connection, "e")
            return seen, len(listed)

        assert await two[0].write(unit) == ([("a",), ("b",), ("c",)], 4)
        assert await names(two[1]) == ["a", "b", "c", "d", "e"]

    async def test_a_failure_belongs_to_its_unit_only(self, two: tuple[Database, Database]) -> None:
        units = [*"abac", "bd", "e"]
        outcomes = await asyncio.gather(
            *(two[0].write(lambda c, names=unit: write_colonies(c, *names)) for unit in units),  # type: ignore[misc]
            return_exceptions=True,
        )
        assert [unit for unit, outcome in zip(units, outcomes, strict=True) if outcome is not None] == ["a", "bd"]
        assert await names(two[1]) == ["a", "b", "c", "e"]

    async def test_every_row_has_to_change_one(self, two: tuple[Database, Database]) -> None:
        statement = "UPDATE colony SET created_at = 7 FROM (VALUES {rows}) AS item WHERE name = item.column1"

        def unit(connection: Connection) -> None:
            write_rows(connection, statement, [("a",), ("b",)], types="text", must_change=True)

        await two[0].write(lambda connection: write_colonies(connection, "a"))
        with pytest.raises(RuntimeError, match="1 of 2 rows"):
            await two[0].write(unit)
        kept = await two[0].read(lambda connection: fetch(connection, "SELECT created_at FROM colony"))
        assert kept == [(0,)]

    async def test_they_may_be_longer_than_what_is_sent_at_once(self, two: tuple[Database, Database]) -> None:
        megabytes = "m" * 20_000_000

        def unit(connection: Connection) -> list[Row]:
            for name in "abc":
                write_colonies(connection, name, owner_id=megabytes)
            return fetch(connection, "SELECT length(owner_id) FROM colony WHERE owner_id = ?", (megabytes,))

        assert await two[0].write(unit) == [(len(megabytes),)] * 3


def write_colonies(connection: Connection, *colony_names: str, owner_id: str = "") -> None:
    write_rows(
        connection,
        "INSERT INTO colony (name, owner_id, created_at, is_paused) VALUES {rows}",
        [(name, owner_id, 0, False) for name in colony_names],
        types="text text bigint boolean",
    )


class Touching(BatchOperation[Sequence[str], None]):
    """Locks rows in the given order, each time after everybody else has locked the first of theirs."""

    runs_alone = False

    def __init__(self, together: threading.Barrier) -> None:
        self._together = together
        self.attempts = 0

    def execute(self, connection: Connection, items: Sequence[Sequence[str]]) -> Sequence[None]:
        self.attempts += 1
        for name in items[0]:
            query = f"SELECT 1 FROM colony WHERE name = ?{row_lock(connection)}"
            fetch(connection, query, (name,))
            if self.attempts == 1 and name == items[0][0]:
                self._together.wait(10)
        execute(connection, "UPDATE colony SET created_at = created_at + 1 WHERE name = 'a'")
        return [None for _ in items]


async def test_servers_in_each_others_way_both_get_through(two: tuple[Database, Database]) -> None:
    for name in "ab":
        await two[0].write(lambda connection, name=name: execute(connection, adding(name)))  # type: ignore[misc]
    together = threading.Barrier(2)
    operations = [Touching(together), Touching(together)]
    await asyncio.gather(two[0].write_batched(operations[0], "ab"), two[1].write_batched(operations[1], "ba"))
    assert sum(operation.attempts for operation in operations) >= 3
    rows = await two[0].read(lambda connection: fetch(connection, "SELECT created_at FROM colony WHERE name = 'a'"))
    assert rows == [(2,)]
