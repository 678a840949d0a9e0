"""How often something may happen."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_BUCKETS = 10_000


class RateLimit:
    """So many a second for each key, and so many more at once after a pause; for any thread.

    Only the keys that were used last are remembered, and only by this server.
    """

    def __init__(self, rate_per_second: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate_per_second
        self._burst = burst
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> bool:
        """Count one; whether it may happen."""
        with self._lock:
            now = self._now()
            left, filled_at = self._buckets.pop(key, (float(self._burst), now))
            left = min(self._burst, left + (now - filled_at) * self._rate)
            is_allowed = left >= 1
            self._buckets[key] = (left - 1 if is_allowed else left, now)
            if len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)
            return is_allowed
