"""The real `colony-tui` in tests, as a program of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.server import ColonyKeys

PROGRAM = Path(sys.executable).with_name("colony-tui")
_END_SECONDS = 100.0


@dataclass(frozen=True)
class CommandLine:
    """Calls of colony-tui with the same environment, on top of the one of the tests."""

    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_colony(cls, colony: ColonyKeys) -> "CommandLine":
        """The command line of a colony's user, configured by COLONIES_* variables as the reference's is."""
        host, _, port = colony.url.removeprefix("http://").rpartition(":")
        return cls(
            {
                "COLONIES_SERVER_HOST": host,
                "COLONIES_SERVER_PORT": port,
                "COLONIES_TLS": "false",
                "COLONIES_COLONY_NAME": colony.name,
                "COLONIES_PRVKEY": colony.user.private_hex(),
                "COLONIES_COLONY_PRVKEY": colony.owner.private_hex(),
            }
        )

    def run(
        self, *arguments: str | Path, stdin: bytes = b"", without: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; `without` names variables to leave out."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            input=stdin,
            capture_output=True,
            env=self._environment(without),
            timeout=_END_SECONDS,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """Start a command whose streams the test reads itself; use as a context manager."""
        return subprocess.Popen(
            # Tests that run in the background of a shell have inherited that interrupts are ignored.
            ["env", "--default-signal=INT", PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environment(()),
        )

    def _environment(self, without: Sequence[str]) -> dict[str, str]:
        merged = {**os.environ, **self.environment}
        return {name: value for name, value in merged.items() if name not in without}
