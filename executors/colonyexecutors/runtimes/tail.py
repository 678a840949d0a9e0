"""Reading what is appended to a file, in whole lines."""

import os
from pathlib import Path
from typing import Self

from colonyexecutors.runtimes.characters import whole_characters

PIECE_BYTES = 16 * 1024
"""A line longer than this is given out in pieces, as Docker does."""
_READ_BYTES = 64 * 1024


class FileTail:
    """A file that a program appends to, read from a byte offset; the file may not exist yet."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self.offset = offset
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Nothing is opened before the first read."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def read(self, *, to_the_end: bool = False) -> bytes:
        """The next whole lines, at most 64 KiB; `to_the_end` also gives out a last line without a line break.

        Empty when nothing more can be given out yet. A file that was truncated is read from its start.
        """
        if not self._open():
            return b""
        data = os.pread(self._descriptor, _READ_BYTES, self.offset)
        if not data and os.fstat(self._descriptor).st_size < self.offset:
            self.offset = 0
            data = os.pread(self._descriptor, _READ_BYTES, 0)
        length = data.rfind(b"\n") + 1
        if not length and (to_the_end or len(data) >= PIECE_BYTES):
            length = whole_characters(data) or len(data)
        self.offset += length
        return data[:length]

    def _open(self) -> bool:
        if self._descriptor < 0:
            try:
                self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return False
        return True
