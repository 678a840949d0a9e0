"""The server's clock: no two readings are equal, so that times can order and identify things."""

import threading
import time

NANOSECONDS = 10**9


class Clock:
    """Unix nanoseconds that never repeat and never run backwards, for every thread of the server."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def now(self) -> int:
        """The time in Unix nanoseconds, later than every one given out before."""
        with self._lock:
            self._last = max(time.time_ns(), self._last + 1)
            return self._last

    def advance_to(self, moment: int) -> None:
        """Give out only later times than `moment`; for what a former run of the server has stored."""
        with self._lock:
            self._last = max(self._last, moment)
