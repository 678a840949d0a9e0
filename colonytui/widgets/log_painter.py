"""Draws the lines of a log, and remembers what it drew."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.strip import Strip
from textual.widget import Widget

from colonytui.logs.buffer import GapLine, Line, LogLine
from colonytui.logs.search import MatchIndex
from colonytui.logs.text import pieces, plain
from colonytui.widgets.log_rows import row_starts

_REMEMBERED = 1024


class LogPainter:
    """Draws for a view that has the component classes of `COMPONENTS`."""

    COMPONENTS = frozenset({"log--gutter", "log--match", "log--current", "log--gap", "log--marker"})

    def __init__(self, view: Widget) -> None:
        self.index: MatchIndex | None = None
        """What to highlight."""
        self._view = view
        self._style = Style()
        self._lines: LRUCache[int, Strip] = LRUCache(_REMEMBERED)
        self._rows: LRUCache[tuple[int, int, int, int, str], Strip] = LRUCache(_REMEMBERED)

    def begin(self) -> None:
        """Find what is the same for all rows of one painting."""
        self._style = self._view.rich_style

    def forget(self) -> None:
        """Draw everything anew: lines have other numbers, or the theme has changed."""
        self._lines.clear()
        self._rows.clear()

    def text(self, text: str, width: int) -> Strip:
        """A row that is no line of the log."""
        return Strip([Segment(text, self._style)]).adjust_cell_length(width, self._style)

    def line(self, number: int, line: Line) -> Strip:
        """A whole line, in one row of any width."""
        if (known := self._lines.get(number)) is not None:
            return known
        text = Text(no_wrap=True, end="")
        if isinstance(line, LogLine):
            for piece, pen in pieces(line.raw):
                text.append(piece, pen.style())
        else:
            text.append(line.raw, self._component("gap" if isinstance(line, GapLine) else "marker"))
        for start, end in self.index.spans(text.plain) if self.index else ():
            text.stylize(self._component("match"), start, end)
        self._lines[number] = strip = Strip(text.render(self._view.app.console)).apply_style(self._style)
        return strip

    def row(self, number: int, line: Line, gutter: str, *, left: int, width: int, is_current: bool) -> Strip:
        """A line that is not wrapped, from the cell `left` on."""
        key = (number, 0, left, width, gutter)
        if (known := self._rows.get(key)) is not None:
            # A strip that is drawn again is cheaper than an equal one, as Textual keeps its parts and colours.
            return known
        body = self.line(number, line).crop(left, left + max(width - len(gutter), 0))
        self._rows[key] = strip = self._joined(gutter, body, width, is_current=is_current)
        return strip

    def wrapped_row(
        self, number: int, line: Line, part: int, gutter: str, *, wrap_width: int, width: int, is_current: bool
    ) -> Strip:
        """One of the rows of a line that is wrapped at `wrap_width` cells."""
        key = (number, part, -wrap_width, width, gutter)
        if (known := self._rows.get(key)) is not None:
            return known
        whole = self.line(number, line)
        starts = [*row_starts(plain(line.raw), wrap_width), whole.cell_length]
        body = whole.crop(starts[part], starts[part + 1])
        self._rows[key] = strip = self._joined(gutter, body, width, is_current=is_current)
        return strip

    def _joined(self, gutter: str, body: Strip, width: int, *, is_current: bool) -> Strip:
        style = self._view.get_component_rich_style("log--current" if is_current else "log--gutter")
        return Strip([Segment(gutter, style), *body]).adjust_cell_length(width, self._style)

    def _component(self, name: str) -> Style:
        return self._view.get_component_rich_style(f"log--{name}", partial=True)
