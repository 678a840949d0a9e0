"""Whether the server answers: what the header shows and when the next attempt is due."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Link(Enum):
    """How the connection stands."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Connection:
    """The state of the connection; times are of the monotonic clock, in seconds."""

    link: Link = Link.CONNECTING
    paused: bool = False
    answered_at: float | None = None
    """When the server last answered."""
    failures: int = 0
    """Attempts that failed in a row."""
    retry_at: float | None = None
    """When the next attempt is due after a failure."""
    reason: str = ""
    """What the last failure said."""

    def age(self, now: float) -> float | None:
        """Seconds since the server last answered; None when it never did."""
        return None if self.answered_at is None else max(0.0, now - self.answered_at)

    def retry_in(self, now: float) -> float | None:
        """Seconds until the next attempt; None when none is due."""
        return None if self.retry_at is None else max(0.0, self.retry_at - now)
