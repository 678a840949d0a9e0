"""The server's clock: no two readings are equal, so that times can order and identify things."""

import threading
import time
from collections.abc import Callable

NANOSECONDS = 10**9


class Clock:
    """Unix nanoseconds that never repeat and never run backwards, for every thread of the server.

    When the system's clock is set back, this one goes on at nine tenths of its speed until they agree again.
    """

    def __init__(
        self, wall_ns: Callable[[], int] = time.time_ns, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wall_ns = wall_ns
        self._monotonic_ns = monotonic_ns
        self._last = 0
        self._read_at = monotonic_ns()
        self._lock = threading.Lock()

    def now(self) -> int:
        """The time in Unix nanoseconds, later than every one given out before."""
        with self._lock:
            read_at = self._monotonic_ns()
            elapsed = read_at - self._read_at
            self._read_at = read_at
            now = self._wall_ns()
            if now <= self._last + elapsed * 9 // 10:
                now = self._last + max(1, elapsed * 9 // 10)
            self._last = now
            return now

    def advance_to(self, moment: int) -> None:
        """Give out only later times than `moment`; for what a former run of the server has stored."""
        with self._lock:
            self._last = max(self._last, moment)
