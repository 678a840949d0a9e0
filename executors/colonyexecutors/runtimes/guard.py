"""Ending plain processes that take more than they may, or stay longer."""

import os
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from colonyexecutors.runtimes import linux
from colonyexecutors.runtimes.session import Session


def enforce_memory(sessions: Iterable[Session]) -> None:
    """Kill every session that holds more memory than its limit.

    Pages that processes share count once: summed up for each process they may exceed a limit that is kept.
    """
    limited = [session for session in sessions if session.memory_bytes and session.exit is None]
    sessions_now = linux.sessions() if limited else {}
    for session in limited:
        running = session.members(sessions_now)
        if sum(member.resident_bytes for member in running) <= session.memory_bytes:
            continue
        if sum(linux.proportional_bytes(member.pid) for member in running) > session.memory_bytes:
            session.out_of_memory = True
            session.signal(signal.SIGKILL)


def end_residents(directory: Path, condemned: Callable[[Path], bool]) -> None:
    """Kill the processes whose place below a directory is condemned, whatever session they are in."""
    for pid, home in linux.residents(directory):
        if condemned(home):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
