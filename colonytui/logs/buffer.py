"""The lines of one log held in memory: bounded, numbered, with gaps where nothing was fetched."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

MOST_LINES = 100_000
MOST_CHARACTERS = 50_000_000


class LogLine(NamedTuple):
    """One line of program output. `timestamp` is Unix nanoseconds by the server's clock."""

    raw: str
    timestamp: int


class GapLine(NamedTuple):
    """Stands where lines between two moments (Unix nanoseconds, both exclusive) were not fetched."""

    timestamp: int
    until: int

    @property
    def raw(self) -> str:
        """What is drawn in its place."""
        start = datetime.fromtimestamp(self.timestamp / 1e9, UTC) if self.timestamp else None
        end = datetime.fromtimestamp(self.until / 1e9, UTC)
        between = f"{start:%H:%M:%S} and {end:%H:%M:%S} UTC" if start else f"the start and {end:%H:%M:%S} UTC"
        return f"── gap: lines between {between} not fetched (enter to load) ──"


class MarkerLine(NamedTuple):
    """A line the reader drew. `timestamp` is Unix nanoseconds."""

    timestamp: int

    @property
    def raw(self) -> str:
        """What is drawn in its place."""
        return f"──── marker {datetime.fromtimestamp(self.timestamp / 1e9, UTC):%H:%M:%S} UTC ────"


Line = LogLine | GapLine | MarkerLine


class BufferWatcher(Protocol):
    """Is told of every change of a buffer, after it happened."""

    def lines_spliced(self, at: int, removed: int, inserted: int) -> None:
        """At line number `at`, `removed` lines gave way to `inserted` ones; later lines have new numbers."""

    def lines_dropped(self, first: int) -> None:
        """Lines before number `first` are gone; the others keep their numbers."""


class LogBuffer:
    """The newest lines of a log, addressed by numbers that do not change when the oldest lines are dropped.

    Kept in a list and not in a deque, because drawing and searching need fast access in the middle.
    """

    def __init__(self, most_lines: int = MOST_LINES, most_characters: int = MOST_CHARACTERS) -> None:
        self.most_lines = most_lines
        self.most_characters = most_characters
        self.first = 0
        self.watchers: list[BufferWatcher] = []
        self._lines: list[Line] = []
        self._characters = 0

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, number: int) -> Line:
        return self._lines[number - self.first]

    @property
    def end(self) -> int:
        """The number the next appended line gets."""
        return self.first + len(self._lines)

    @property
    def is_full(self) -> bool:
        """Whether one more line pushes out the oldest."""
        return len(self._lines) >= self.most_lines or self._characters >= self.most_characters

    def slice(self, start: int, stop: int) -> Sequence[Line]:
        """The lines numbered `start` up to, not including, `stop`."""
        return self._lines[max(start - self.first, 0) : max(stop - self.first, 0)]

    def append(self, lines: Iterable[Line]) -> None:
        """Add lines at the end, dropping the oldest ones beyond the bounds."""
        self._splice(self.end, 0, list(lines))

    def fill(self, gap: GapLine, lines: Iterable[Line], rest: GapLine | None) -> None:
        """Put lines where a gap is; `rest` is what of the gap is left behind them. A gap that is gone stays gone."""
        number = self.find_gap(gap)
        if number is not None:
            self._splice(number, 1, [*lines, *([rest] if rest else [])])

    def gaps(self) -> list[GapLine]:
        """The gaps still open, oldest first."""
        return [line for line in self._lines if isinstance(line, GapLine)]

    def find_gap(self, gap: GapLine) -> int | None:
        """The line number of a gap, None when it was closed or dropped."""
        try:
            return self.first + self._lines.index(gap)
        except ValueError:
            return None

    def first_since(self, timestamp: int) -> int:
        """The number of the first line at or after a moment (Unix nanoseconds); `end` when there is none."""
        low, high = 0, len(self._lines)
        while low < high:
            middle = (low + high) // 2
            if self._lines[middle].timestamp < timestamp:
                low = middle + 1
            else:
                high = middle
        return self.first + low

    def _splice(self, at: int, removed: int, lines: list[Line]) -> None:
        index = at - self.first
        gone = self._lines[index : index + removed]
        self._lines[index : index + removed] = lines
        self._characters += sum(len(line.raw) for line in lines) - sum(len(line.raw) for line in gone)
        for watcher in self.watchers:
            watcher.lines_spliced(at, removed, len(lines))
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        surplus = max(len(self._lines) - self.most_lines, 0)
        characters = self._characters - sum(len(line.raw) for line in self._lines[:surplus])
        while characters > self.most_characters and surplus < len(self._lines) - 1:
            characters -= len(self._lines[surplus].raw)
            surplus += 1
        if not surplus:
            return
        del self._lines[:surplus]
        self._characters = characters
        self.first += surplus
        for watcher in self.watchers:
            watcher.lines_dropped(self.first)
