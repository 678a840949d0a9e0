"""Local colonies of the real programs, each on a data directory of its own, on plain processes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine

EXAMPLES = Path(__file__).parents[3] / "examples"
NO_DOCKER = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """A running colony for tests that leave it as it was."""
    yield from _colony(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[CommandLine]:
    """A colony that is not started yet, for tests that break it."""
    yield from _colony(tmp_path / "own")


def _colony(path: Path) -> Iterator[CommandLine]:
    command_line = CommandLine({"COLONY_TUI_DATA": str(path), **NO_DOCKER})
    yield command_line
    command_line.run("down", "--force")


def status(command_line: CommandLine) -> dict[str, Any]:
    """What `status` says."""
    found: dict[str, Any] = json.loads(command_line.run("status", "--json").stdout)
    return found


def pids(command_line: CommandLine) -> tuple[int | None, int | None]:
    """The pids of server and executor."""
    found = status(command_line)
    return found["server"]["pid"], found["executor"]["pid"]


def data(command_line: CommandLine) -> Path:
    """The data directory."""
    return Path(command_line.environment["COLONY_TUI_DATA"])
