"""The files by which an executor is known on its machine: its state directory's lock, and its ready file."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from colonyexecutors.errors import SetupFailed


@contextmanager
def locked_directory(directory: Path) -> Iterator[Path]:
    """The directory, made for this user only, held by no other executor; raises SetupFailed."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SetupFailed(
            f"the state directory {directory} cannot be used: {error.strerror}; choose another with --state-dir"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise SetupFailed(
            f"another executor runs with the state directory {directory}: stop it, or choose another with --state-dir"
        ) from None
    try:
        yield directory
    finally:
        os.close(lock)


@contextmanager
def ready_file(path: Path | None, content: dict[str, object]) -> Iterator[None]:
    """Say in a file, written at once and whole, that the executor works; it is gone when the executor is."""
    if path is None:
        yield
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(content) + "\n")
    temporary.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
