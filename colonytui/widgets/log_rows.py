"""Which screen rows the lines of a log take: one each, or as many as they need when they are wrapped."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from rich.cells import cell_len, get_character_cell_size

from colonytui.logs.buffer import LogBuffer
from colonytui.logs.text import plain


class RowMap:
    """Finds the line under a row and the row of a line; `sync` after every change of what is shown.

    Appending and dropping the oldest lines cost what was appended or dropped; `reset` before other changes.
    """

    def __init__(self, buffer: LogBuffer) -> None:
        self.width: int | None = None
        """Cells per row when lines are wrapped; None when they are not."""
        self._buffer = buffer
        self._shown: Sequence[int] = range(0)
        self._measured: list[int] = []
        self._ends: list[int] = []
        self._base = 0

    @property
    def row_count(self) -> int:
        """How many rows everything takes."""
        if self.width is None:
            return len(self._shown)
        return self._ends[-1] - self._base if self._ends else 0

    def reset(self, width: int | None) -> None:
        """Forget every measured line; `width` is in cells, None to leave lines unwrapped."""
        self.width = width
        self._measured, self._ends, self._base = [], [], 0

    def sync(self, shown: Sequence[int]) -> None:
        """Take over which lines are shown, as ascending line numbers."""
        self._shown = shown
        if self.width is None:
            return
        gone = bisect_left(self._measured, shown[0]) if shown else len(self._measured)
        if gone:
            self._base = self._ends[gone - 1]
            del self._measured[:gone], self._ends[:gone]
        fresh = shown[bisect_right(shown, self._measured[-1]) :] if self._measured else shown
        end = self._ends[-1] if self._ends else self._base
        for number in fresh:
            end += rows_of(plain(self._buffer[number].raw), self.width)
            self._ends.append(end)
        self._measured.extend(fresh)

    def locate(self, row: int) -> tuple[int, int] | None:
        """The line number under a row and which of its rows that is; None below the last line."""
        if not 0 <= row < self.row_count:
            return None
        if self.width is None:
            return self._shown[row], 0
        position = bisect_right(self._ends, self._base + row)
        start = self._ends[position - 1] if position else self._base
        return self._measured[position], self._base + row - start

    def row_of(self, number: int) -> int:
        """The first row of a line, or of the next shown one when that line is not shown."""
        position = bisect_left(self._shown, number)
        if self.width is None:
            return position
        return (self._ends[position - 1] if position else self._base) - self._base


def rows_of(text: str, width: int) -> int:
    """How many rows of `width` cells a text takes, one at least."""
    if text.isascii():
        return max(1, -(-len(text) // width))
    return len(row_starts(text, width))


def row_starts(text: str, width: int) -> list[int]:
    """The cell at which each row of a wrapped text begins; a wide character is never torn apart."""
    total = cell_len(text)
    if total == len(text):
        return list(range(0, max(total, 1), width))
    starts, row_start, cell = [0], 0, 0
    for character in text:
        size = get_character_cell_size(character)
        if cell + size - row_start > width and cell > row_start:
            starts.append(cell)
            row_start = cell
        cell += size
    return starts
