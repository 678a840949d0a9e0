"""SHA-256 of local files, remembered as long as a file looks unchanged."""

import contextlib
import hashlib
import json
import os
import time
from functools import cached_property
from io import BufferedReader
from pathlib import Path

from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.local_tree import LocalFile

_TOO_FRESH_NS = 2 * 10**9
"""A file that was changed so recently may change again without another time stamp."""


class ChecksumCache:
    """The checksums of the files below one directory, kept in a file of its own between runs.

    A file counts as unchanged while its size, modification time (nanoseconds) and inode are the same.
    """

    def __init__(self, root: Path, cache_directory: Path | None) -> None:
        self._root = ContainedDirectory(root)
        self._file = None
        if cache_directory is not None:
            name = hashlib.sha256(os.fsencode(root.absolute())).hexdigest()
            self._file = cache_directory / f"{name}.json"
        self._used: dict[str, list[int | str]] = {}

    def checksum(self, file: LocalFile) -> str:
        """The lower-case hex SHA-256 of a file; raises OSError when it cannot be read."""
        known = self._used.get(file.path) or self._known.get(file.path)
        if known is not None and known[:3] == _key(file):
            self._used[file.path] = known
            return str(known[3])
        with self._root.parent(file.path) as (descriptor, name), open_plainly(name, descriptor) as content:
            checksum = hashlib.file_digest(content, "sha256").hexdigest()
        self.remember(file, checksum)
        return checksum

    def remember(self, file: LocalFile, checksum: str) -> None:
        """Take note of the checksum of a file that was just read."""
        if time.time_ns() - file.mtime_ns > _TOO_FRESH_NS:
            self._used[file.path] = [*_key(file), checksum]

    def save(self) -> None:
        """Keep what was asked for or remembered; a cache that cannot be written is not worth an error."""
        if self._file is None or self._used == self._known:
            return
        part = self._file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(self._used))
            part.replace(self._file)

    @cached_property
    def _known(self) -> dict[str, list[int | str]]:
        if self._file is None:
            return {}
        try:
            known = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) and all(_is_entry(entry) for entry in known.values()) else {}


def open_plainly(name: str, directory: int) -> BufferedReader:
    """Open a plain file for reading, by its name in an open directory; raises OSError for a link and anything else."""
    # Without O_NONBLOCK a pipe without a writer would block for ever.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    return os.fdopen(os.open(name, flags, dir_fd=directory), "rb")


def is_checksum(text: str) -> bool:
    """Whether a text can be a SHA-256 in hex."""
    return len(text) == 64 and all(digit in "0123456789abcdef" for digit in text)


def _key(file: LocalFile) -> list[int | str]:
    return [file.size, file.mtime_ns, file.inode]


def _is_entry(entry: object) -> bool:
    return isinstance(entry, list) and [type(value) for value in entry] == [int, int, int, str]
