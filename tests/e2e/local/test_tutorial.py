"""The tutorial of containers and files, line by line: echo, upload, read in a container, results, a second machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.local.conftest import EXAMPLES, NO_DOCKER
from tests.support.command_line import CommandLine
from tests.support.s3 import running_s3


@pytest.fixture(params=["directory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a user sets to say where the bytes of files are: nothing, or a real S3 server."""
    if request.param == "directory":
        yield {}
        return
    with running_s3(tmp_path_factory.mktemp("s3")) as variables:
        yield dict(variables)


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "process"])
def colony(request: pytest.FixtureRequest, store: dict[str, str], tmp_path: Path) -> Iterator[CommandLine]:
    no_docker = NO_DOCKER if request.param == "process" else {}
    command_line = CommandLine({"COLONY_TUI_DATA": str(tmp_path / "data"), **store, **no_docker})
    yield command_line
    command_line.run("down", "--force")


def test_the_tutorial(colony: CommandLine, tmp_path: Path) -> None:
    echo = colony.run("--submit", EXAMPLES / "echo.json", "--follow")
    assert (echo.returncode, echo.stdout) == (0, "hello world\n"), echo.stderr

    here = tmp_path / "here" / "myfiles"
    here.mkdir(parents=True)
    (here / "hello.txt").write_text("hello from a file\n")
    sync = colony.run("fs", "sync", "--dir", here, "--label", "/myfiles", "--yes")
    assert sync.returncode == 0, sync.stderr

    read = colony.run("--submit", EXAMPLES / "read-files.json", "--follow")
    assert read.returncode == 0, read.stdout + read.stderr
    assert "hello from a file\n" in read.stdout

    written = colony.run("--submit", EXAMPLES / "write-results.json", "--follow")
    assert written.returncode == 0, written.stdout + written.stderr

    there = tmp_path / "second machine" / "anywhere"
    down = colony.run("fs", "sync", "--dir", there, "--label", "/results", "--yes")
    assert down.returncode == 0, down.stderr
    assert {path.name: path.read_text() for path in there.iterdir()} == {"hello.txt": "HELLO FROM A FILE\n"}
