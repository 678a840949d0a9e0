"""The parts of the real world that some tests need: what is missing of them, and where that is allowed."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

_POSTGRES_UP = Path(__file__).parents[2] / "scripts" / "postgres-up"

MISSING_IS_FAILURE = bool(os.environ.get("CI"))
"""On a developer's machine a test whose real part is missing is skipped; in CI it fails."""


@cache
def docker_problem() -> str:
    """Why no container can run here, or an empty text."""
    if shutil.which("docker") is None:
        return "there is no docker command; run scripts/docker-up as root"
    command = ["docker", "image", "inspect", "--format", "{{.Id}}", "busybox:latest"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except subprocess.TimeoutExpired:
        return "the Docker engine does not answer; run scripts/docker-up as root"
    return f"{done.stderr.strip()}; run scripts/docker-up as root" if done.returncode else ""


@cache
def terminal_problem() -> str:
    """Why no program can run in a terminal here, or an empty text."""
    return "" if shutil.which("tmux") else "there is no tmux; install the Debian package tmux"


@cache
def postgresql_problem() -> str:
    """Why no PostgreSQL can run here, or an empty text."""
    command = [str(_POSTGRES_UP), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stderr.strip() if done.returncode else ""


PROBLEMS: Mapping[str, Callable[[], str]] = {
    "docker": docker_problem,
    "postgresql": postgresql_problem,
    "terminal": terminal_problem,
}
"""What can be missing, by the marker of the tests that need it."""


def require(item: pytest.Item) -> None:
    """Skip or fail a test whose markers name a part that is missing."""
    for marker, problem in PROBLEMS.items():
        if item.get_closest_marker(marker) is None or not problem():
            continue
        if MISSING_IS_FAILURE:
            pytest.fail(f"{marker}: {problem()}", pytrace=False)
        pytest.skip(f"{marker}: {problem()}")
