"""Backup and restore: one state of a database in use, in a file, and all of it in a new database."""

import asyncio
import gzip
import hashlib
import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import requests
from bench.load import LoadClient
from colonysdk import messages
from colonysdk.objects import ProcessState
from colonyserver.commands.backup import backup, restore
from colonyserver.errors import BackupError, DatabaseError, DatabaseInUse
from tests.support.postgresql import Cluster
from tests.support.protocol.answers import post_to
from tests.support.protocol.inventory import inventory
from tests.support.protocol.table import ON_API
from tests.support.protocol.well_formed import well_formed
from tests.support.protocol.world import World
from tests.support.server import RunningServer
from tests.support.specifications import start

_PROGRAM = str(Path(sys.executable).with_name("colony-server"))
_PROCESSES = 600


def _run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([_PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=100, check=False)


def _url(directory: Path) -> str:
    return f"sqlite:///{directory / 'colony.db'}"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup with a little in it."""
    directory = tmp_path_factory.mktemp("taken")
    with RunningServer(directory) as server:
        server.new_colony()
        result = _run("backup", directory / "colony.backup", "--database", server.database)
        assert (result.returncode, result.stderr) == (0, "")
    return directory / "colony.backup"


class TestEverythingComesBack:
    def test_every_kind_of_thing(self, tmp_path: Path) -> None:
        (tmp_path / "old").mkdir()
        (tmp_path / "new").mkdir()
        with RunningServer(tmp_path / "old") as old:
            world = World(post_to(old), old.server_owner)
            for payload_type in sorted(set(ON_API) - {"removecolonymsg", "addcolonymsg"}):
                well_formed(world, payload_type)
            finished = world.finished()
            before = inventory(world)
            file = tmp_path / "backup"
            assert _run("backup", file, "--database", old.database).returncode == 0
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            result = _run("restore", file, "--database", tmp_path / "new" / "colony.db")
            assert (result.returncode, result.stderr) == (0, "")
            with RunningServer(tmp_path / "new") as new:
                assert stat.S_IMODE(new.database.stat().st_mode) == 0o600
                world.post = post_to(new)
                assert inventory(world) == before
                assert world.get("user", "getprocessmsg", processid=finished)["state"] == ProcessState.SUCCESS
                # Log entries are numbered on, the queue is in order, and the owner is the same.
                world.get("executor", "addlogmsg", processid=world.running(), message="after")
                world.get("server_owner", "getcoloniesmsg")
            assert "Traceback" not in new.log

    @pytest.mark.postgresql
    def test_from_one_database_to_the_other_and_back(self, tmp_path: Path, cluster: Cluster) -> None:
        with cluster.database() as first, cluster.database() as second:
            with RunningServer(tmp_path, database_url=first) as server:
                colony = server.new_colony()
                process = start(server, colony)
                logging = messages.AddLog(process_id=process.process_id, message="a line")
                server.send(logging, colony.executor)
                backup(first, tmp_path / "there")
                with pytest.raises(BackupError, match="is not empty"):
                    restore(first, tmp_path / "there")
            restore(_url(tmp_path), tmp_path / "there")
            with RunningServer(tmp_path) as server:
                server.send(logging, colony.executor)
            backup(_url(tmp_path), tmp_path / "back")
            restore(second, tmp_path / "back")
            with RunningServer(tmp_path, database_url=second) as server:
                server.send(logging, colony.executor)
                reading = messages.GetLogs(colony_name=colony.name, process_id=process.process_id, count=10)
                assert [entry.message for entry in server.send(reading, colony.user)] == ["a line"] * 3

    def test_a_backup_of_a_restored_backup_is_the_same(self, tmp_path: Path, taken: Path) -> None:
        assert _run("restore", taken, "--database", tmp_path / "colony.db").returncode == 0
        assert _run("backup", tmp_path / "again", "--database", tmp_path / "colony.db").returncode == 0
        assert _rows(tmp_path / "again") == _rows(taken)


class TestUnderLoad:
    def test_a_backup_is_one_state_of_the_database(self, tmp_path: Path) -> None:
        """While processes are submitted, assigned and closed: what the counters say is what the rows say."""
        file = tmp_path / "backup"
        with RunningServer(tmp_path) as server:
            result = asyncio.run(_backup_under_load(server, file))
            assert (result.returncode, result.stderr) == (0, "")
        target = tmp_path / "restored.db"
        assert _run("restore", file, "--database", target).returncode == 0
        database = sqlite3.connect(target)
        counted = dict(database.execute("SELECT state, count(*) FROM process GROUP BY state"))
        counters = dict(database.execute("SELECT state, sum(amount) FROM counter WHERE kind = 0 GROUP BY state"))
        queued = database.execute("SELECT count(DISTINCT process_id) FROM queue").fetchone()[0]
        database.close()
        assert counted == {state: amount for state, amount in counters.items() if amount}
        assert queued == counted.get(ProcessState.WAITING, 0)
        assert sum(counted.values()) >= _PROCESSES


class TestRefusals:
    def test_a_database_that_is_not_empty_is_left_alone(self, tmp_path: Path, taken: Path) -> None:
        restore(_url(tmp_path), taken)
        result = _run("restore", taken, "--database", tmp_path / "colony.db")
        assert result.returncode == 1
        assert result.stderr.startswith("colony-server: The database is not empty; ")
        assert result.stderr.count("\n") == 1

    def test_a_database_in_use_is_left_alone(self, tmp_path: Path, taken: Path) -> None:
        with RunningServer(tmp_path) as server, pytest.raises(DatabaseInUse):
            restore(f"sqlite:///{server.database}", taken)

    def test_no_file_is_overwritten(self, tmp_path: Path, taken: Path) -> None:
        file = tmp_path / "file"
        file.write_text("mine")
        restore(_url(tmp_path), taken)
        with pytest.raises(BackupError, match="exists already"):
            backup(_url(tmp_path), file)
        assert file.read_text() == "mine"
        assert [path.name for path in tmp_path.glob(".*part")] == []

    def test_no_database_to_back_up(self, tmp_path: Path) -> None:
        with pytest.raises(DatabaseError, match="There is no database"):
            backup(_url(tmp_path), tmp_path / "backup")
        assert [*tmp_path.iterdir()] == []

    def test_no_directory_for_the_file(self, tmp_path: Path, taken: Path) -> None:
        restore(_url(tmp_path), taken)
        with pytest.raises(BackupError, match="cannot be written: No such file or directory"):
            backup(_url(tmp_path), tmp_path / "no" / "such" / "backup")

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda lines: lines[:-1], "its end is missing"),
            (lambda lines: lines[:-2] + lines[-1:], "its content is not what was written"),
            (lambda lines: [lines[0].replace(b"colony-server-backup", b"something"), *lines[1:]], "is no backup"),
            (lambda lines: [lines[0].replace(b'"version":1', b'"version":9'), *lines[1:]], "newer colony-server"),
            (lambda lines: [*lines, lines[1]], "it goes on after its end"),
            (lambda lines: [*lines[:3], b"nonsense\n", *lines[3:]], "a line of it cannot be read"),
        ],
    )
    def test_a_changed_backup(self, tmp_path: Path, taken: Path, change: Any, words: str) -> None:
        with gzip.open(taken) as file:
            lines = file.readlines()
        changed = tmp_path / "changed"
        changed.write_bytes(gzip.compress(b"".join(change(lines))))
        with pytest.raises(BackupError, match=words):
            restore(_url(tmp_path), changed)
        assert not (tmp_path / "colony.db").exists()

    def test_a_backup_of_a_newer_revision(self, tmp_path: Path, taken: Path) -> None:
        with gzip.open(taken) as file:
            *lines, end = file.readlines()
        lines[0] = json.dumps(json.loads(lines[0]) | {"revision": "9999"}).encode() + b"\n"
        closing = json.loads(end) | {"sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
        changed = tmp_path / "changed"
        changed.write_bytes(gzip.compress(b"".join([*lines, json.dumps(closing).encode()])))
        with pytest.raises(BackupError, match="made by a newer version"):
            restore(_url(tmp_path), changed)

    @pytest.mark.parametrize("size", [0, 10, 200])
    def test_a_backup_that_is_cut_off(self, tmp_path: Path, taken: Path, size: int) -> None:
        cut = tmp_path / "cut"
        cut.write_bytes(taken.read_bytes()[:size])
        with pytest.raises(BackupError, match="is damaged or no backup"):
            restore(_url(tmp_path), cut)

    def test_something_else(self, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.write_text("hello")
        with pytest.raises(BackupError, match="is damaged or no backup"):
            restore(_url(tmp_path), other)
        with pytest.raises(BackupError, match="cannot be read: No such file"):
            restore(_url(tmp_path), tmp_path / "missing")


async def _backup_under_load(server: RunningServer, file: Path) -> "subprocess.CompletedProcess[str]":
    colony = server.new_colony()
    async with LoadClient([server.url], 8) as client:
        await client.wait_until_up()
        await client.post_all(requests.submits(colony, _PROCESSES))
        is_done = asyncio.Event()

        async def work(number: int) -> None:
            connection = client.connections[number]
            submissions = requests.submits(colony, 20)
            ask = requests.assign(colony, colony.executor)
            while not is_done.is_set():
                await connection.post(submissions[number])
                status, answer = await connection.post(ask)
                assert status == 200
                await connection.post(requests.close(requests.process_in(answer).process_id, colony.executor))

        workers = [asyncio.create_task(work(number)) for number in range(len(client.connections))]
        before = server.send(messages.GetColonyStatistics(colony_name=colony.name), colony.user).successful_processes
        result = await asyncio.to_thread(_run, "backup", file, "--database", server.database)
        after = server.send(messages.GetColonyStatistics(colony_name=colony.name), colony.user).successful_processes
        is_done.set()
        await asyncio.gather(*workers)
        assert after > before, "the server did nothing meanwhile"
    return result


def _rows(path: Path) -> list[bytes]:
    with gzip.open(path) as file:
        return file.readlines()[1:-1]
