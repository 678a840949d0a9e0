"""The other executors on this machine, and what their processes hold of it.

Each executor keeps one small file in a directory that all of them know; the file of one that is gone does not count.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from colonyexecutors.runtimes.linux import read_status

_ENDING = ".json"


class Held(NamedTuple):
    """What processes hold: cpu in thousandths of a core, memory in bytes, which GPUs."""

    cpu_milli: int = 0
    memory_bytes: int = 0
    gpu_ids: tuple[str, ...] = ()


class Neighbours(Protocol):
    """What an executor has to know of the others, and they of it."""

    def are_there(self) -> bool:
        """Whether there are any now."""

    def held(self) -> Held:
        """What all others hold together."""

    def publish(self, held: Held) -> None:
        """Tell the others what this executor's processes hold."""

    def lock(self) -> AbstractContextManager[None]:
        """Keep the others from taking anything meanwhile."""


class NoNeighbours:
    """An executor that has its machine for itself."""

    def are_there(self) -> bool:
        """Never."""
        return False

    def held(self) -> Held:
        """Nothing."""
        return Held()

    def publish(self, held: Held) -> None:
        """Nobody listens."""

    def lock(self) -> AbstractContextManager[None]:
        """Nobody could come between."""
        return nullcontext()


class SharedMachine:
    """A machine with several executors; their files are in `directory`, which all of them can write."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = read_status(os.getpid())
        assert status is not None, "this process exists"
        self._own = directory / f"{status.pid}.{status.start_ticks}{_ENDING}"
        self.publish(Held())

    def are_there(self) -> bool:
        """Whether another executor lives."""
        return any(True for _ in self._others())

    def held(self) -> Held:
        """The sum over the others that live."""
        books = [_read(path) for path in self._others()]
        return Held(
            sum(book.cpu_milli for book in books),
            sum(book.memory_bytes for book in books),
            tuple(gpu for book in books for gpu in book.gpu_ids),
        )

    def publish(self, held: Held) -> None:
        """Replace this executor's file."""
        temporary = self._own.with_suffix(".new")
        temporary.write_text(json.dumps(held._asdict()))
        temporary.replace(self._own)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the directory's lock, which others do only for moments."""
        descriptor = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Take this executor's file away."""
        self._own.unlink(missing_ok=True)

    def _others(self) -> Iterator[Path]:
        for path in self._directory.glob(f"*{_ENDING}"):
            if path == self._own:
                continue
            if _lives(path):
                yield path
            else:
                path.unlink(missing_ok=True)


def _lives(path: Path) -> bool:
    """Whether the process that a file is named for still is the one that wrote it."""
    with suppress(ValueError):
        pid, start_ticks = map(int, path.stem.split("."))
        status = read_status(pid)
        return status is not None and status.start_ticks == start_ticks
    return False


def _read(path: Path) -> Held:
    with suppress(OSError, ValueError, KeyError, TypeError):
        book = json.loads(path.read_text())
        return Held(int(book["cpu_milli"]), int(book["memory_bytes"]), tuple(book["gpu_ids"]))
    return Held()
