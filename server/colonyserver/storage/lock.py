"""One server per SQLite file: a lock that the kernel drops when its holder ends, however it ends."""

import contextlib
import fcntl
import os
from pathlib import Path

from colonyserver.errors import DatabaseInUse


class FileLock:
    """An exclusive lock on a file beside the database; holds the owner's process number for the error message."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise `DatabaseInUse`."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise DatabaseInUse(
                f"{self._path.with_suffix('')} is in use by another server (process {holder or 'unknown'}); "
                "stop that one or choose another database"
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would race with the next holder."""
        if self._descriptor is None:
            return
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
        self._descriptor = None
