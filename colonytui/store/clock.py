"""Time as the interface sees it, injected so that tests and pictures can hold it still."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the interface reads the time from."""

    def now(self) -> datetime:
        """The current moment in UTC, with zone."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary start that never run backwards."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The current moment in UTC, with zone."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since an arbitrary start that never run backwards."""
        return time.monotonic()
