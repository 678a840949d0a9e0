"""How the C library's allocator treats large blocks."""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3
_LARGE_BYTES = 512 * 1024


def return_large_blocks() -> None:
    """Have large blocks given back to the system as soon as they are free.

    By itself glibc keeps more and larger ones the larger those were that it has seen: one wave of large requests would
    hold its memory for ever. Other C libraries have no such setting.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
