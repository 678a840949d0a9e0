"""`colony-server migrate` and `status`, as an operator sees them."""

import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

from colonyserver.storage.migrations import NEWEST_REVISION
from tests.support.server import RunningServer

_PROGRAM = str(Path(sys.executable).with_name("colony-server"))


def _run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([_PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


class TestMigrate:
    def test_a_new_database(self, tmp_path: Path) -> None:
        database = tmp_path / "colony.db"
        result = _run("migrate", "--database", database)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout == f"The database was at revision none and is at {NEWEST_REVISION} now.\n"
        again = _run("migrate", "--database", database)
        assert again.stdout == f"The database is at revision {NEWEST_REVISION}, there is nothing to do.\n"

    def test_show_changes_nothing(self, tmp_path: Path) -> None:
        database = tmp_path / "colony.db"
        sqlite3.connect(database).close()
        result = _run("migrate", "--show", "--database", database)
        assert result.stdout == (f"The database is at revision none, this version works with {NEWEST_REVISION}.\n")
        assert _run("migrate", "--show", "--database", tmp_path / "none.db").returncode == 1
        assert not (tmp_path / "none.db").exists()

    def test_a_database_in_use(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            result = _run("migrate", "--database", server.database)
            assert result.returncode == 1
            assert "is in use by another server" in result.stderr
            assert _run("migrate", "--show", "--database", server.database).returncode == 0

    def test_no_database_at_all(self, tmp_path: Path) -> None:
        file = tmp_path / "text"
        file.write_text("this is no database " * 100)
        result = _run("migrate", "--database", file)
        assert result.returncode == 1
        assert result.stderr.startswith(f"colony-server: The database {file} cannot be used: ")
        assert "Traceback" not in result.stderr


class TestStatus:
    def test_all_is_well(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            server.new_colony()
            result = _run("status", "--database", server.database, "--url", server.url)
        assert (result.returncode, result.stderr) == (0, "")
        server_line, revision, members, processes = result.stdout.splitlines()
        assert server_line.startswith(f"Server:   ready at {server.url}, version ")
        assert revision == f"Database: revision {NEWEST_REVISION}"
        assert members == "          1 colonies, 1 executors"
        assert processes == "          0 waiting, 0 running, 0 success, 0 failed, 0 cancelled processes"

    def test_the_server_is_down(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        assert _run("migrate", "--database", tmp_path / "colony.db").returncode == 0
        result = _run("status", "--database", tmp_path / "colony.db", "--url", f"http://127.0.0.1:{port}")
        assert result.returncode == 1
        assert f"Server:   does not answer at http://127.0.0.1:{port}" in result.stdout
        assert "start it with `colony-server start`" in result.stdout
        assert "Database: revision" in result.stdout

    def test_something_else_answers(self, tmp_path: Path) -> None:
        result = _run("status", "--database", tmp_path / "none.db", "--url", "nonsense")
        assert result.returncode == 1
        assert "does not answer at nonsense" in result.stdout
        assert "There is no database" in result.stdout
