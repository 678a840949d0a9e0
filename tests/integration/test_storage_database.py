"""The database: opening, upgrading, holding it against others, and units of work that share a transaction."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from colonyserver.errors import DatabaseError, DatabaseInUse, Unavailable, UnsupportedDatabase
from colonyserver.storage import batching, migrations, tables
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.database import Database
from colonyserver.storage.driver import execute, execute_rows, fetch
from colonyserver.storage.sqlite_backend import SqliteBackend


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite:///{tmp_path / 'colony.db'}")
    yield database
    await database.close()


def add(name: str) -> Callable[[Connection], str]:
    def unit(connection: Connection) -> str:
        execute(connection, "INSERT INTO colony VALUES (?, '', 0, 0)", (name,))
        return name

    return unit


async def names(database: Database) -> list[str]:
    rows = await database.read(lambda connection: fetch(connection, "SELECT name FROM colony ORDER BY name"))
    return [name for (name,) in rows]


class Adding(BatchOperation[str, str]):
    """Adds colonies; "refused" is answered with an exception, "poison" makes the whole batch raise."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.abandoned_items: list[tuple[str, str | Exception]] = []

    def execute(self, connection: Connection, items: Sequence[str]) -> Sequence[str | Exception]:
        self.batches.append([*items])
        for item in items:
            if item == "poison":
                raise ValueError(item)
            if item != "refused":
                add(item)(connection)
        return [ValueError(item) if item == "refused" else item for item in items]

    def abandoned(self, item: str, outcome: str | Exception) -> None:
        self.abandoned_items.append((item, outcome))


class Counting(BatchOperation[None, int]):
    """Counts the colonies, those included that are added in the same transaction."""

    runs_last = True

    def execute(self, connection: Connection, items: Sequence[None]) -> Sequence[int]:
        [(count,)] = fetch(connection, "SELECT count(*) FROM colony")
        return [count for _ in items]


class TestOpening:
    async def test_a_new_file_is_private_and_has_all_tables(self, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "er" / "colony.db"
        database = await Database.open(f"sqlite:///{path}")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert await names(database) == []
        await database.close()
        assert not path.with_name("colony.db-wal").exists()

    async def test_what_was_written_is_there_after_reopening(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'colony.db'}"
        for name in ("a", "b"):
            database = await Database.open(url)
            await database.write(add(name))
            await database.close()
        database = await Database.open(url)
        assert await names(database) == ["a", "b"]
        await database.close()

    async def test_only_one_server_at_a_time(self, tmp_path: Path, database: Database) -> None:
        url = f"sqlite:///{tmp_path / 'colony.db'}"
        with pytest.raises(DatabaseInUse, match=r"colony.db is in use by another server \(process \d+\); stop that"):
            await Database.open(url)
        await database.write(add("a"))
        assert await names(database) == ["a"]

    @pytest.mark.parametrize(
        "url", ["sqlite://", "sqlite:///:memory:", "mysql://user:secret@host/name", "postgresql://", "nonsense", ""]
    )
    async def test_unsupported(self, url: str) -> None:
        with pytest.raises(UnsupportedDatabase) as error:
            await Database.open(url)
        assert "sqlite:///path" in str(error.value)
        assert "secret" not in str(error.value)

    async def test_a_place_that_cannot_be_used(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("not a directory")
        with pytest.raises(DatabaseError, match="cannot be opened"):
            await Database.open(f"sqlite:///{tmp_path / 'file' / 'colony.db'}")

    async def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "colony.db"
        path.write_bytes(b"this is not a database, it only looks like a file" * 100)
        with pytest.raises(DatabaseError, match="not a database"):
            await Database.open(f"sqlite:///{path}")
        path.unlink()
        database = await Database.open(f"sqlite:///{path}")
        await database.close()


class TestMigrations:
    def test_they_make_the_tables_that_the_code_describes(self, tmp_path: Path) -> None:
        engine = SqliteBackend(str(tmp_path / "colony.db")).writing_engine()
        migrations.upgrade(engine)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, tables.Server.metadata) == []

    def test_their_indexes_hold_the_rows_that_the_code_describes(self, tmp_path: Path) -> None:
        engine = SqliteBackend(str(tmp_path / "colony.db")).writing_engine()
        migrations.upgrade(engine)
        with engine.connect() as connection:
            query = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
            migrated = fetch(connection, query)
            tables.Server.metadata.drop_all(connection)
            tables.Server.metadata.create_all(connection)
            assert fetch(connection, query) == migrated

    def test_the_newest_revision_is_known_without_alembic(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.set_main_option("path_separator", "os")
        assert ScriptDirectory.from_config(config).get_current_head() == migrations.NEWEST_REVISION

    def test_the_server_row_is_there_once(self, tmp_path: Path) -> None:
        engine = SqliteBackend(str(tmp_path / "colony.db")).writing_engine()
        migrations.upgrade(engine)
        migrations.upgrade(engine)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT id, owner_id FROM server").all() == [(1, "")]


class TestUnits:
    async def test_one_that_fails_spoils_nothing_for_the_others(self, database: Database) -> None:
        outcomes = await asyncio.gather(
            *(database.write(add(name)) for name in ("a", "b", "a", "c")), return_exceptions=True
        )
        assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["a", "b", "c"]
        assert "UNIQUE" in str(outcomes[2])
        assert await names(database) == ["a", "b", "c"]

    async def test_half_of_a_unit_is_never_kept(self, database: Database) -> None:
        def half(connection: Connection) -> None:
            add("half")(connection)
            raise ValueError("the other half")

        alone = await asyncio.gather(database.write(half), return_exceptions=True)
        together = await asyncio.gather(database.write(half), database.write(add("whole")), return_exceptions=True)
        assert [str(outcome) for outcome in (*alone, *together)] == ["the other half", "the other half", "whole"]
        assert await names(database) == ["whole"]

    async def test_rollbacks_are_reported(self, database: Database) -> None:
        rollbacks: list[bool] = []
        database.on_rollback(lambda: rollbacks.append(True))
        await database.write(add("a"))
        assert rollbacks == []
        with pytest.raises(Exception, match="UNIQUE"):
            await database.write(add("a"))
        assert rollbacks == [True]

    async def test_a_reader_sees_what_was_acknowledged_and_one_state(self, database: Database) -> None:
        for number in range(20):
            await database.write(add(f"{number:02}"))
            assert len(await names(database)) == number + 1

    async def test_a_reader_cannot_write(self, database: Database) -> None:
        with pytest.raises(Unavailable):
            await database.read(add("a"))
        assert await names(database) == []


class TestBatches:
    async def test_concurrent_items_share_a_call(self, database: Database) -> None:
        adding = Adding()
        results = await asyncio.gather(*(database.write_batched(adding, name) for name in "abc"))
        assert results == ["a", "b", "c"]
        assert adding.batches == [["a", "b", "c"]]

    async def test_what_comes_in_the_next_turn_of_the_loop_shares_it_too(self, database: Database) -> None:
        adding = Adding()
        first = database.write_batched(adding, "a")
        await asyncio.sleep(0)
        assert [*await asyncio.gather(first, database.write_batched(adding, "b"))] == ["a", "b"]
        assert adding.batches == [["a", "b"]]

    async def test_those_who_were_just_answered_are_waited_for(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batching, "_RETURN_SECONDS", 60)
        adding = Adding()
        await asyncio.gather(*(database.write_batched(adding, name) for name in "ab"))
        first = database.write_batched(adding, "c")
        for _ in range(20):
            await asyncio.sleep(0)
        await asyncio.gather(first, database.write_batched(adding, "d"))
        assert adding.batches == [["a", "b"], ["c", "d"]]

    async def test_but_not_for_long(self, database: Database) -> None:
        adding = Adding()
        await asyncio.gather(*(database.write_batched(adding, name) for name in "ab"))
        assert await database.write_batched(adding, "c") == "c"

    async def test_who_is_alone_never_waits(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batching, "_RETURN_SECONDS", 60)
        adding = Adding()
        for name in "abc":
            await database.write_batched(adding, name)
        assert adding.batches == [["a"], ["b"], ["c"]]

    async def test_what_runs_last_finds_what_the_others_did(self, database: Database) -> None:
        counted = database.write_batched(Counting(), None)
        others = [asyncio.create_task(database.write(add(name))) for name in "ab"]
        assert await counted == 2
        assert [await other for other in others] == ["a", "b"]

    async def test_a_refused_item_is_refused_alone(self, database: Database) -> None:
        adding = Adding()
        items = ("a", "refused", "b")
        outcomes = await asyncio.gather(
            *(database.write_batched(adding, item) for item in items), return_exceptions=True
        )
        assert [str(outcome) for outcome in outcomes] == ["a", "refused", "b"]
        assert await names(database) == ["a", "b"]

    @pytest.mark.parametrize("company", [False, True])
    async def test_a_batch_that_raises_is_tried_one_by_one(self, database: Database, company: bool) -> None:
        adding = Adding()
        other = [database.write(add("other"))] if company else []
        items = ("a", "poison", "b")
        outcomes = await asyncio.gather(
            *(database.write_batched(adding, item) for item in items), *other, return_exceptions=True
        )
        assert [str(outcome) for outcome in outcomes[:3]] == ["a", "poison", "b"]
        assert adding.batches == [["a", "poison", "b"], ["a"], ["poison"], ["b"]]
        assert await names(database) == ["a", "b", *(["other"] if company else [])]

    async def test_work_goes_on_when_the_caller_goes_away(self, database: Database) -> None:
        adding = Adding()
        gone = database.write_batched(adding, "gone")
        stays = database.write_batched(adding, "stays")
        gone.cancel()
        assert await stays == "stays"
        assert adding.abandoned_items == [("gone", "gone")]
        assert await names(database) == ["gone", "stays"]

    async def test_many_rows_in_one_statement(self, database: Database) -> None:
        rows = [(f"{number:03}",) for number in range(100)]

        def unit(connection: Connection) -> tuple[int, int, int]:
            statement = "INSERT INTO colony (name, owner_id, created_at, is_paused) VALUES {rows}"
            inserted = execute_rows(connection, statement, rows, each="(?, '', 0, 0)")
            deleted = execute_rows(
                connection, "DELETE FROM colony WHERE {rows}", rows[10:], each="name = ?", joined_by=" OR "
            )
            return inserted, deleted, execute_rows(connection, statement, [])

        assert await database.write(unit) == (100, 90, 0)
        assert await names(database) == [name for (name,) in rows[:10]]


class TestTrouble:
    async def test_a_full_disk_is_reported_and_survived(self, database: Database) -> None:
        await database.write(add("before"))
        (pages,) = (await database.write(lambda connection: fetch(connection, "PRAGMA page_count")))[0]
        await database.write(lambda connection: fetch(connection, f"PRAGMA max_page_count = {pages}"))

        def fill(connection: Connection) -> None:
            for number in range(100):
                add(str(number) * 1000)(connection)

        with pytest.raises(Unavailable) as error:
            await database.write(fill)
        assert error.value.status == 503
        await database.write(lambda connection: fetch(connection, f"PRAGMA max_page_count = {pages * 100}"))
        await database.write(add("after"))
        await database.check()
        assert await names(database) == ["after", "before"]

    async def test_the_check_fails_while_nothing_can_be_written(self, tmp_path: Path, database: Database) -> None:
        await database.check()
        await database.write(lambda connection: fetch(connection, "PRAGMA busy_timeout = 1"))
        with closing(sqlite3.connect(tmp_path / "colony.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable):
                await database.check()
        await database.check()

    async def test_closing_commits_what_was_accepted_and_refuses_the_rest(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'colony.db'}"
        database = await Database.open(url)
        accepted = [asyncio.ensure_future(database.write(add(f"{number:03}"))) for number in range(200)]
        await asyncio.sleep(0)
        await database.close()
        assert [future.result() for future in accepted] == [f"{number:03}" for number in range(200)]
        with pytest.raises(Unavailable):
            await database.write(add("late"))
        database = await Database.open(url)
        assert len(await names(database)) == 200
        await database.close()

    async def test_nothing_is_acknowledged_that_a_full_disk_took_back(self, database: Database) -> None:
        """SQLite ends the whole transaction then, also for those whose work in it had succeeded."""
        (pages,) = (await database.write(lambda connection: fetch(connection, "PRAGMA page_count")))[0]
        await database.write(lambda connection: fetch(connection, f"PRAGMA max_page_count = {pages + 2}"))

        def fill(connection: Connection) -> None:
            for number in range(100):
                add(str(number) * 1000)(connection)

        units = [add("first"), fill, add("last")]
        outcomes = await asyncio.gather(*(database.write(unit) for unit in units), return_exceptions=True)
        assert isinstance(outcomes[1], Unavailable)
        acknowledged = [outcome for outcome in outcomes if isinstance(outcome, str)]
        assert sorted(acknowledged) == await names(database)
