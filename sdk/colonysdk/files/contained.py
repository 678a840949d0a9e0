"""A directory whose entries are reached step by step, so that no link on the way can lead out of it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from colonysdk.files.errors import InvalidPlace
from colonysdk.files.labels import check_file_name

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class ContainedDirectory:
    """A directory and what lies below it; paths are relative, with slashes, and checked at every step."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def parent(self, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
        """Open the directory that holds an entry; yields its descriptor and the entry's name there.

        Missing directories are made if wished, the root too. Raises InvalidPlace when a step is a link or no
        directory, FileNotFoundError when one is missing.
        """
        *directories, name = PurePosixPath(path).parts or ("",)
        _check(path, [*directories, name])
        if create:
            self.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.root, _DIRECTORY)
        try:
            for step in directories:
                inner = _enter(descriptor, step, path, create=create)
                os.close(descriptor)
                descriptor = inner
            yield descriptor, name
        finally:
            os.close(descriptor)

    def prune(self, path: str) -> None:
        """Remove the directories above an entry as far as they are empty, but never the root."""
        for parent in PurePosixPath(path).parents:
            if str(parent) == ".":
                return
            try:
                with self.parent(str(parent)) as (descriptor, name):
                    os.rmdir(name, dir_fd=descriptor)
            except (OSError, InvalidPlace):
                return


def _enter(descriptor: int, step: str, path: str, *, create: bool) -> int:
    flags = _DIRECTORY | os.O_NOFOLLOW
    try:
        return os.open(step, flags, dir_fd=descriptor)
    except FileNotFoundError:
        if not create:
            raise
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise InvalidPlace(f"{path}: {step} is a link or a file, not a directory") from error
        raise
    # When somebody else is quicker, what they made is checked as it is opened.
    with suppress(FileExistsError):
        os.mkdir(step, dir_fd=descriptor)
    return _enter(descriptor, step, path, create=False)


def _check(path: str, steps: list[str]) -> None:
    if path.startswith("/"):
        raise InvalidPlace(f"{path}: the path is absolute")
    try:
        for step in steps:
            check_file_name(step)
    except ValueError as error:
        raise InvalidPlace(f"{path!a}: {error}") from None
