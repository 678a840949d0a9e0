"""A home of its own for a local colony: directories, environment, and everything stopped at the end."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.support.terminal import Terminal

EXAMPLES = Path(__file__).parents[2] / "examples"

_PROGRAM = Path(sys.executable).with_name("colony-tui")
_COMMAND_SECONDS = 90


@dataclass(frozen=True)
class Home:
    """Where one user's colony-tui keeps everything; use as a context manager, which stops the local colony."""

    directory: Path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.run("down", "--force")

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that make a program live here."""
        names = ("DATA", "CONFIG", "STATE", "CACHE")
        directories = {f"XDG_{name}_HOME": str(self.directory / name.lower()) for name in names}
        return directories | {"PATH": f"{_PROGRAM.parent}:{os.environ['PATH']}", "TZ": "UTC"}

    def run(self, *arguments: str) -> str:
        """Run a headless command; its stdout."""
        done = self._run(*arguments)
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def try_run(self, *arguments: str) -> int:
        """Run a headless command; its exit code."""
        return self._run(*arguments).returncode

    def ask(self, *arguments: str) -> Any:
        """Run a headless command with --json; what it printed."""
        return json.loads(self.run(*arguments, "--json"))

    def status(self) -> Any:
        """What runs of the local colony; the command's exit code says whether all of it does."""
        return json.loads(self._run("status", "--json").stdout)

    def open(self, *arguments: str, width: int = 120, height: int = 36, **variables: str) -> Terminal:
        """Open the terminal interface, with further environment variables."""
        return self.terminal([str(_PROGRAM), *arguments], width=width, height=height, **variables)

    def terminal(self, command: Sequence[str], *, width: int = 120, height: int = 36, **variables: str) -> Terminal:
        """Open a terminal that runs a command here, with further environment variables."""
        environment = {**self.environment, **variables}
        return Terminal(command, width=width, height=height, environment=environment, directory=self.directory)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(_PROGRAM), *arguments]
        environment = {**os.environ, **self.environment}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_COMMAND_SECONDS, check=False
        )
