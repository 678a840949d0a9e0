"""Ending plain processes that take more than they may, or stay longer."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from colonyexecutors.runtimes import linux, wrapper
from colonyexecutors.runtimes.session import Session

_GLANCES, _GLANCE_SECONDS = 20, 0.05
_MANY_THREADS = 100
_LEFT_OUT = b"\ncolony: run: the output came faster than it could be sent, and a part of it is left out\n"


async def until_next_look() -> None:
    """Wait for a second, or until the machine has many more threads: what forks without end would fill it by then."""
    before = linux.thread_count()
    for _ in range(_GLANCES):
        await asyncio.sleep(_GLANCE_SECONDS)
        if linux.thread_count() > before + _MANY_THREADS:
            return


def enforce_limits(sessions: Iterable[Session]) -> None:
    """Kill every session that holds more memory, processes or threads than it may, and cut output that is too long."""
    running = [session for session in sessions if session.exit is None]
    sessions_now = linux.sessions() if running else {}
    for session in running:
        members = session.members(sessions_now)
        if session.limits.log_bytes:
            _cut_output(session)
        if session.limits.memory_bytes and _holds_more(members, session.limits.memory_bytes):
            session.out_of_memory = True
            session.signal(signal.SIGKILL)
        if session.limits.pids and sum(member.threads for member in members) > session.limits.pids:
            session.out_of_processes = True
            session.signal(signal.SIGKILL)


def end_residents(directory: Path, condemned: Callable[[Path], bool]) -> None:
    """Kill the processes whose place below a directory is condemned, whatever session they are in."""
    for pid, home in linux.residents(directory):
        if condemned(home):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _holds_more(members: Sequence[linux.ProcessStatus], limit_bytes: int) -> bool:
    """Whether they hold more memory together.

    Pages that processes share count once: summed up for each process they may exceed a limit that is kept.
    """
    if sum(member.resident_bytes for member in members) <= limit_bytes:
        return False
    return sum(linux.proportional_bytes(member.pid) for member in members) > limit_bytes


def _cut_output(session: Session) -> None:
    """Start a stream's file anew when it is too long: the program appends, so it goes on at the new end."""
    for ending in (wrapper.STDOUT, wrapper.STDERR):
        path = wrapper.beside(session.directory, ending)
        with suppress(OSError):
            if path.stat().st_size > session.limits.log_bytes:
                os.truncate(path, 0)
                with path.open("ab") as file:
                    file.write(_LEFT_OUT)
