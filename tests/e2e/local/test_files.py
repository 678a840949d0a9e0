"""Files of a local colony, without any configuration."""

import json
from pathlib import Path

import pytest

from tests.e2e.local.conftest import data
from tests.support.command_line import PROGRAM, CommandLine
from tests.support.terminal import Terminal


def test_files_lie_beside_the_database(shared: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/hello.txt").write_text("hello\n")
    up = shared.run("fs", "sync", "--dir", tmp_path / "here", "--label", "/myfiles", "--yes", "--json")
    assert json.loads(up.stdout)["done"]
    assert list(data(shared).glob("files/colony-local/objects/*/*"))
    down = shared.run("fs", "sync", "--dir", tmp_path / "there", "--label", "/myfiles", "--yes")
    assert down.returncode == 0
    assert (tmp_path / "there/hello.txt").read_text() == "hello\n"


@pytest.mark.terminal
def test_a_person_is_asked(shared: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/one.bin").write_bytes(b"x" * 5_000_000)
    command = [str(PROGRAM), "fs", "sync", "--dir", str(tmp_path / "here"), "--label", "/asked"]
    for answer, ending in (("n", "nothing was done"), ("y", "done: 1 files")):
        with Terminal(command, environment=shared.environment, directory=tmp_path) as terminal:
            terminal.wait_for(r"Do this\?")
            assert "one.bin" in terminal.screen()
            terminal.type(answer)
            terminal.press("Enter")
            terminal.wait_for(ending)
    listed = json.loads(shared.run("fs", "ls", "--label", "/asked", "--json").stdout)
    assert [file["name"] for file in listed] == ["one.bin"]
