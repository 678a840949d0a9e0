"""A directory whose entries are reached step by step, so that no link on the way can lead out of it."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from colonysdk.files.errors import InvalidPlace
from colonysdk.files.labels import check_file_name

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_OPEN_MODE = 0o777


class ContainedDirectory:
    """A directory and what lies below it; paths are relative, with slashes, and checked at every step.

    `within` is a directory above it whose contents others may change: from there on no link is followed, not even to
    the directory itself. `open_to_all`: whoever may enter the directory may also change what is made in it.
    """

    def __init__(self, root: Path, *, within: Path | None = None, open_to_all: bool = False) -> None:
        self.root = root
        self.open_to_all = open_to_all
        self._trusted = within or root
        self._steps = root.relative_to(self._trusted).parts

    @contextmanager
    def parent(self, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
        """Open the directory that holds an entry; yields its descriptor and the entry's name there.

        Missing directories are made if wished, the root too. Raises InvalidPlace when a step is a link or no
        directory, FileNotFoundError when one is missing.
        """
        *directories, name = PurePosixPath(path).parts or ("",)
        _check(path, [*directories, name])
        with self._entered([*self._steps, *directories], path, create=create) as descriptor:
            yield descriptor, name

    def make(self) -> None:
        """Make the directory itself where it is missing; raises InvalidPlace and OSError."""
        with self._entered(self._steps, str(self.root), create=True):
            return

    def check(self) -> None:
        """Raise InvalidPlace when a link or a file stands where the directory should be; it may be missing."""
        if self._steps:
            with suppress(FileNotFoundError), self._entered(self._steps, str(self.root), create=False):
                return

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

    @contextmanager
    def _entered(self, steps: Sequence[str], path: str, *, create: bool) -> Iterator[int]:
        """Open the directory at the end of some steps from where links may be; `path` is what errors name."""
        if create:
            self._trusted.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._trusted, _DIRECTORY)
        try:
            for step in steps:
                inner = self._enter(descriptor, step, path, create=create)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)

    def _enter(self, descriptor: int, step: str, path: str, *, create: bool) -> int:
        try:
            return _open_plainly(descriptor, step, path)
        except FileNotFoundError:
            if not create:
                raise
        # When somebody else is quicker, what they made is checked as it is opened.
        with suppress(FileExistsError):
            os.mkdir(step, dir_fd=descriptor)
        inner = _open_plainly(descriptor, step, path)
        if self.open_to_all and os.fstat(inner).st_uid == os.geteuid():
            os.fchmod(inner, _OPEN_MODE)
        return inner


def _open_plainly(descriptor: int, step: str, path: str) -> int:
    try:
        return os.open(step, _DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise InvalidPlace(f"{path}: {step} is a link or a file, not a directory") from error
        raise


def _check(path: str, steps: list[str]) -> None:
    if path.startswith("/"):
        raise InvalidPlace(f"{path}: the path is absolute")
    try:
        for step in steps:
            check_file_name(step)
    except ValueError as error:
        raise InvalidPlace(f"{path!a}: {error}") from None
