"""How far transfers are, told from whichever thread moves the bytes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from colonysdk.files.errors import FilesError
from colonysdk.files.plan import Change


@dataclass(frozen=True, slots=True)
class Advance:
    """News of one file: so many more bytes were moved, or it is done."""

    change: Change
    path: str
    bytes: int = 0
    is_done: bool = False


Progress = Callable[[Advance], None]
"""Told of every advance, one at a time, on the threads that transfer; must be quick."""


def no_progress(_advance: Advance) -> None:
    """Tell nobody."""


class Meter:
    """Hands advances on one at a time, and breaks transfers off once it is stopped."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._is_stopped = False

    def moved(self, change: Change, path: str, count: int) -> None:
        """Note bytes; raises FilesError when nobody waits for the transfer any more."""
        if self._is_stopped:
            raise FilesError("broken off")
        with self._lock:
            self._progress(Advance(change, path, count))

    def done(self, change: Change, path: str) -> None:
        """Note that a file is done."""
        with self._lock:
            self._progress(Advance(change, path, is_done=True))

    def stop(self) -> None:
        """Break off what is under way at its next bytes."""
        self._is_stopped = True
