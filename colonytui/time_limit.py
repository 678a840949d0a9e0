"""A limit for work that cannot look at the clock itself, such as a search with somebody's regular expression."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType


class TimeLimitPassedError(Exception):
    """The work took longer than it may."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitPassedError in the block when the program has worked for longer; waiting does not count.

    A signal (SIGVTALRM) ends even a search that is stuck: the engine of regular expressions looks for signals now and
    then. Signals reach the main thread only; in others there is no limit.
    """
    if current_thread() is not main_thread():
        yield
        return
    handler = signal.signal(signal.SIGVTALRM, _pass)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler)


def _pass(_number: int, _frame: FrameType | None) -> None:
    raise TimeLimitPassedError
