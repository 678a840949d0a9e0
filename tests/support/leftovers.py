"""Finding processes that tests have started and not ended, also those that have left the process tree."""

import os
from uuid import uuid4

import psutil

_TAG = "COLONY_TEST_RUN"
_GRACE_SECONDS = 10.0


class Leftovers:
    """Marks this process's environment, which its descendants inherit, and finds who still carries the mark."""

    def __init__(self) -> None:
        self._mark = uuid4().hex
        os.environ[_TAG] = self._mark

    def end(self) -> list[str]:
        """Wait a moment for descendants to end by themselves, end the others, and describe those."""
        _, alive = psutil.wait_procs(self._descendants(), timeout=_GRACE_SECONDS)
        descriptions = [_describe(process) for process in alive]
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=_GRACE_SECONDS)
        return descriptions

    def _descendants(self) -> list[psutil.Process]:
        marked = [process for process in psutil.process_iter() if _environment(process).get(_TAG) == self._mark]
        return [
            process for process in {*marked, *psutil.Process().children(recursive=True)} if process.pid != os.getpid()
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
