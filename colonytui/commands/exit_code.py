"""What the program's exit code says (documented in docs/reference/exit-codes.md)."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a headless run ended."""

    OK = 0
    PROCESS_FAILED = 1
    INVALID = 2
    UNREACHABLE = 3
    REFUSED = 4
    TIMED_OUT = 5
    CANCELLED = 6
    NOT_ALL_FILES = 7
    INTERNAL_ERROR = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141
