"""What stands left of a log line: the sign of the current match, the line number, the time."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum

from colonysdk.units import format_age
from colonytui.logs.buffer import Line, LogLine

_LEAST_DIGITS = 4
_AGE_CELLS = 6


class Times(Enum):
    """How time stamps are shown; the value is the word for it."""

    OFF = "off"
    LOCAL = "local"
    UTC = "UTC"
    AGE = "age"

    @property
    def next(self) -> Times:
        """The next one round."""
        members = list(Times)
        return members[(members.index(self) + 1) % len(members)]


class LogGutter:
    """Lays the gutter out; every line's is equally wide, so that the texts stand in one column."""

    def __init__(self) -> None:
        self.times = Times.LOCAL
        self.numbers = False
        self.signs = False
        """Whether there is room for the sign of the current match."""
        self.digits = _LEAST_DIGITS

    @property
    def width(self) -> int:
        """Cells it takes."""
        return len(self.text(0, LogLine("", 0), datetime.now(UTC), sign=""))

    def make_room(self, last_number: int) -> bool:
        """Widen it for line numbers up to this one; True when the width has changed."""
        digits = max(_LEAST_DIGITS, len(str(last_number + 1)))
        self.digits, has_changed = digits, self.numbers and digits != self.digits
        return has_changed

    def text(self, number: int, line: Line, now: datetime, *, sign: str) -> str:
        """The gutter of a line; `now` is what its age is counted from."""
        parts = []
        if self.signs:
            parts.append(f"{sign:1}")
        if self.numbers:
            parts.append(f"{number + 1:>{self.digits}}" if isinstance(line, LogLine) else " " * self.digits)
        if self.times is not Times.OFF:
            parts.append(self._time(line, now))
        return " ".join([*parts, ""])

    def blank(self) -> str:
        """The gutter of the further rows of a wrapped line."""
        return " " * self.width

    def _time(self, line: Line, now: datetime) -> str:
        cells = _AGE_CELLS if self.times is Times.AGE else len("00:00:00")
        if not isinstance(line, LogLine):
            return " " * cells
        moment = datetime.fromtimestamp(line.timestamp / 1e9, UTC)
        if self.times is Times.AGE:
            return f"{format_age(moment, now):>{cells}}"
        return f"{moment if self.times is Times.UTC else moment.astimezone():%H:%M:%S}"
