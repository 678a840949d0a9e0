"""What Linux tells about processes (/proc), and how a whole group of them is ended."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class ProcessStatus:
    """One process: its session, processor seconds (ended children included), resident bytes and threads."""

    pid: int
    session: int
    start_ticks: int
    zombie: bool
    cpu_seconds: float
    resident_bytes: int
    threads: int


def read_status(pid: int) -> ProcessStatus | None:
    """The status of a process, None when there is none of that number."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()
    return ProcessStatus(
        pid=pid,
        session=int(fields[3]),
        start_ticks=int(fields[19]),
        zombie=fields[0] in "ZX",
        cpu_seconds=sum(int(ticks) for ticks in fields[11:15]) / _TICKS_PER_SECOND,
        resident_bytes=int(fields[21]) * _PAGE_BYTES,
        threads=int(fields[17]),
    )


def sessions() -> dict[int, list[ProcessStatus]]:
    """All processes that are alive, by the session they belong to."""
    found: dict[int, list[ProcessStatus]] = {}
    for pid in pids():
        status = read_status(pid)
        if status is not None and not status.zombie:
            found.setdefault(status.session, []).append(status)
    return found


def proportional_bytes(pid: int) -> int:
    """The memory of a process, pages that it shares with others counted by its share; 0 when it is gone."""
    with suppress(OSError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def environment_of(pid: int) -> dict[str, str]:
    """The environment a process was started with; empty when it is gone."""
    try:
        data = (_PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return {}
    pairs = (entry.partition(b"=") for entry in data.split(b"\0") if entry)
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


def directory_of(pid: int) -> Path | None:
    """The directory that a process works in, None when it is gone."""
    try:
        return (_PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None


def memory_bytes() -> int:
    """The memory of this machine."""
    return os.sysconf("SC_PHYS_PAGES") * _PAGE_BYTES


def thread_count() -> int:
    """How many threads there are on the machine."""
    return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to every process of a group; a group without any is fine."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def signal_session(session: int, number: signal.Signals) -> None:
    """Send a signal to every process of a session, whatever groups they form in it."""
    for member in sessions().get(session, ()):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(member.pid, number)


def residents(directory: Path) -> Iterator[tuple[int, Path]]:
    """The processes that work in a directory just below this one or have it as their home, each with that directory.

    So a process is found that has left the group and the session it was started in, even when its directory is gone.
    """
    for pid in pids():
        with suppress(OSError):
            place = _PROC / str(pid)
            places = [str((place / "cwd").readlink()).removesuffix(" (deleted)"), environment_of(pid).get("HOME", "")]
            found = next((Path(path) for path in places if path and directory in Path(path).parents), None)
            if found is not None:
                yield pid, directory / found.relative_to(directory).parts[0]


def pids() -> Iterator[int]:
    """The numbers of all processes."""
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal())
