"""Finding processes that tests have started and not ended, also those that have left the process tree.

Descendants inherit a mark in their environment: that of the whole run, and behind it that of their test process, of
which xdist has several.
"""

import os
from uuid import uuid4

import psutil

_VARIABLE = "COLONY_TEST_RUN"
_GRACE_SECONDS = 10.0


class Leftovers:
    """The descendants of one test process, or of a whole run."""

    def __init__(self, mark: str) -> None:
        self._mark = mark

    @classmethod
    def of_run(cls) -> "Leftovers":
        """Mark the whole run; call it before test processes are started."""
        os.environ.setdefault(_VARIABLE, uuid4().hex)
        return cls(os.environ[_VARIABLE] + "/")

    @classmethod
    def of_this_process(cls) -> "Leftovers":
        """Mark what this test process will start."""
        os.environ[_VARIABLE] += f"/{os.getpid()}"
        return cls(os.environ[_VARIABLE])

    def end(self) -> list[str]:
        """Wait a moment for descendants to end by themselves, end the others, and describe those."""
        _, alive = psutil.wait_procs(self._find(), timeout=_GRACE_SECONDS)
        descriptions = [_describe(process) for process in alive]
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=_GRACE_SECONDS)
        return descriptions

    def _find(self) -> list[psutil.Process]:
        return [
            process
            for process in psutil.process_iter()
            if _environment(process).get(_VARIABLE, "").startswith(self._mark)
        ]


def _describe(process: psutil.Process) -> str:
    try:
        command = " ".join(process.cmdline())[:200]
        return (
            f"pid {process.pid}: {command} (started by {_environment(process).get('PYTEST_CURRENT_TEST', 'a fixture')})"
        )
    except psutil.NoSuchProcess:
        return f"pid {process.pid}, which has just ended"


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}
