"""Finding lines in a log: patterns, and an index of the matching lines that grows with the log."""

import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from colonytui.logs.buffer import LogBuffer
from colonytui.logs.text import plain
from colonytui.time_limit import TimeLimitPassedError, time_limit

FoundT = TypeVar("FoundT")

_LINES_BETWEEN_CLOCK_READS = 256
PATTERN_SECONDS = 0.25
"""How long a regular expression may take for a slice of the log, in seconds of work, before it is given up."""


class InvalidPatternError(ValueError):
    """The text is not a regular expression. The message says where it goes wrong."""


@dataclass(frozen=True)
class LinePattern:
    """What a reader looks for. Without `match_case`, case counts as soon as the text has a capital letter."""

    text: str
    is_regex: bool = False
    match_case: bool = False
    inverted: bool = False

    @classmethod
    def parse(cls, typed: str, *, is_regex: bool = False, match_case: bool = False) -> "LinePattern | None":
        """Read what was typed into the find bar: a leading `!` inverts, nothing means no pattern.

        Raises InvalidPatternError.
        """
        text = typed.removeprefix("!")
        if not text:
            return None
        pattern = cls(text, is_regex, match_case, inverted=text != typed)
        pattern.compiled()
        return pattern

    def compiled(self) -> re.Pattern[str]:
        """The regular expression behind the pattern. Raises InvalidPatternError."""
        case = 0 if self.match_case or self.text != self.text.lower() else re.IGNORECASE
        try:
            return re.compile(self.text if self.is_regex else re.escape(self.text), case)
        except re.error as error:
            raise InvalidPatternError(f"not a regular expression: {error}") from error


class MatchIndex:
    """The numbers of the lines of a buffer that match a pattern.

    Lines that arrive are indexed at once; what was there before is worked off by `scan`, in slices, so that a large log
    never blocks the keyboard. Detach with `close`.
    """

    def __init__(self, buffer: LogBuffer, pattern: LinePattern, clock: Callable[[], float] = time.perf_counter) -> None:
        self.pattern = pattern
        self.is_given_up = False
        """Whether the regular expression has taken too long; nothing more is found with it."""
        self.numbers: list[int] = []
        self._buffer = buffer
        self._compiled = pattern.compiled()
        self._clock = clock
        self._scanned_to = buffer.first
        # Told before others, so that whoever looks into the index finds it up to date.
        buffer.watchers.insert(0, self)

    @property
    def is_complete(self) -> bool:
        """Whether every line of the buffer has been looked at."""
        return self._scanned_to >= self._buffer.end

    def close(self) -> None:
        """Stop watching the buffer."""
        self._buffer.watchers.remove(self)

    def scan(self, seconds: float) -> bool:
        """Look at more lines for about `seconds`; True when all were looked at."""
        deadline = self._clock() + seconds
        while not self.is_complete and self._clock() < deadline:
            stop = min(self._scanned_to + _LINES_BETWEEN_CLOCK_READS, self._buffer.end)
            self.numbers += self._matches(self._scanned_to, stop)
            self._scanned_to = stop
        return self.is_complete

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where in a line's plain text the pattern was found; nothing for an inverted pattern."""
        if self.pattern.inverted:
            return []
        return self._limited(
            lambda: [found.span() for found in self._compiled.finditer(text) if found.end() > found.start()]
        )

    def after(self, number: int) -> int | None:
        """The first match after line `number`, starting over at the oldest; None without matches."""
        if not self.numbers:
            return None
        return self.numbers[bisect_right(self.numbers, number) % len(self.numbers)]

    def before(self, number: int) -> int | None:
        """The last match before line `number`, starting over at the newest; None without matches."""
        if not self.numbers:
            return None
        return self.numbers[bisect_left(self.numbers, number) - 1]

    def position(self, number: int) -> int:
        """The place of line `number` among the matches, from 1."""
        return bisect_right(self.numbers, number)

    def lines_spliced(self, at: int, removed: int, inserted: int) -> None:
        """Keep the numbers right: see BufferWatcher."""
        if at > self._scanned_to:
            return
        if at == self._scanned_to and removed == 0:
            self._scan_appended(at, inserted)
            return
        shift = inserted - removed
        low, high = bisect_left(self.numbers, at), bisect_left(self.numbers, at + removed)
        later = [number + shift for number in self.numbers[high:]]
        self.numbers[low:] = [*self._matches(at, at + inserted), *later]
        self._scanned_to = max(self._scanned_to + shift, at + inserted)

    def lines_dropped(self, first: int) -> None:
        """Forget matches that are gone: see BufferWatcher."""
        del self.numbers[: bisect_left(self.numbers, first)]
        self._scanned_to = max(self._scanned_to, first)

    def _scan_appended(self, at: int, inserted: int) -> None:
        self.numbers += self._matches(at, at + inserted)
        self._scanned_to = at + inserted

    def _matches(self, start: int, stop: int) -> list[int]:
        search, wanted = self._compiled.search, not self.pattern.inverted
        lines = self._buffer.slice(start, stop)
        return self._limited(
            lambda: [
                number for number, line in enumerate(lines, start) if (search(plain(line.raw)) is not None) is wanted
            ]
        )

    def _limited(self, find: Callable[[], list[FoundT]]) -> list[FoundT]:
        if not self.pattern.is_regex:
            return find()
        if self.is_given_up:
            return []
        try:
            with time_limit(PATTERN_SECONDS):
                return find()
        except TimeLimitPassedError:
            self.is_given_up = True
            return []
