"""A table on a scrolling view that draws only the lines on screen, and repaints only those that have changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from textwrap import wrap
from typing import Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from colonytui.actions.bindings import ActionHost
from colonytui.tables.columns import Column, fit_columns, fit_text, total_width
from colonytui.tables.row_order import RowOrder
from colonytui.tables.rows import TableRows
from colonytui.terminal.tones import Tone
from colonytui.widgets.table_painter import MARK_CELLS, Look, TablePainter

RowT = TypeVar("RowT")

HEADER_LINES = 1
EMPTY_MARGIN = 2
"""Cells left of, and lines above, the text of an empty table."""
MOST_STRIPS = 1000
"""How many drawn lines are kept."""


class TableView(ScrollView, ActionHost, Generic[RowT]):
    """Shows rows; it reacts to no keys. Arguments: columns, key of a row, keys of marked rows."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"table--{look.value}" for look in Look if look is not Look.PLAIN),
        *(f"table--{tone.value}" for tone in Tone),
    }
    DEFAULT_CSS = """
    TableView {
        height: 1fr;
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
        scrollbar-gutter: stable;
    }
    TableView .table--header { color: $text-muted; text-style: bold; }
    TableView .table--cursor { background: $primary 35%; text-style: bold; }
    TableView .table--cursor-unfocused { background: $panel; }
    TableView .table--marked { background: $accent 20%; }
    TableView .table--plain { color: $foreground; }
    TableView .table--muted { color: $text-muted; }
    TableView .table--key { color: $text-accent; }
    TableView .table--good { color: $text-success; }
    TableView .table--busy { color: $text-primary; }
    TableView .table--warn { color: $text-warning; }
    TableView .table--bad { color: $text-error; }
    """

    class CursorMoved(Message):
        """The cursor stands on another row, or its row has changed."""

        def __init__(self, table: TableView[Any]) -> None:
            super().__init__()
            self.table = table

    def __init__(
        self, columns: Sequence[Column[RowT]], key: Callable[[RowT], str], marks: set[str] | None = None
    ) -> None:
        super().__init__()
        self.columns = columns
        self.content = TableRows(key, set() if marks is None else marks)
        self.wide = False
        self.exact = False
        self._shown_columns: Sequence[Column[RowT]] = ()
        self._empty_text = ""
        self._strips: dict[int, Strip] = {}
        self._styles: dict[tuple[Tone, Look], Style] = {}

    # Changing what is shown

    def set_columns(self, columns: Sequence[Column[RowT]], order: RowOrder) -> None:
        """Show other columns, with the rows that come next in another order."""
        self.columns = columns
        self.content.order = order
        self.fit()

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show these rows; the cursor stays on its row, and what is on screen moves as little as possible."""
        before, top = self.content.cursor_row, round(self.scroll_y)
        moved = self.content.replace(rows, self.columns)
        self._set_virtual_size()
        if top and moved:
            self.scroll_to(y=top + moved, animate=False)
        self._keep_cursor_in_view()
        self.refresh_changed_lines()
        if before is not self.content.cursor_row:
            self.post_message(self.CursorMoved(self))

    def set_empty_text(self, text: str) -> None:
        """Say this where rows would be when there are none."""
        if text != self._empty_text:
            self._empty_text = text
            if not self.content.shown:
                self.redraw()

    def move_cursor(self, place: int) -> None:
        """Put the cursor on the row at this place, or on the nearest one there is."""
        before = self.content.cursor
        if not self.content.move(place):
            return
        self._keep_cursor_in_view()
        self.redraw_rows(before, self.content.cursor)
        self.post_message(self.CursorMoved(self))

    # Repainting

    def refresh_changed_lines(self) -> None:
        """Repaint the rows that would look different now; cheap enough to be called at every tick of the clock."""
        before, self._strips = self._strips, {}
        top = round(self.scroll_y)
        for y in range(HEADER_LINES, self.size.height):
            place = top + y - HEADER_LINES
            if before.get(place) != self._strip(place):
                self.refresh(Region(0, y, self.size.width, 1))

    def redraw_rows(self, *places: int) -> None:
        """Repaint the rows at these places."""
        top = round(self.scroll_y)
        for place in places:
            self._strips.pop(place, None)
            y = place - top + HEADER_LINES
            if HEADER_LINES <= y < self.size.height:
                self.refresh(Region(0, y, self.size.width, 1))

    def redraw(self) -> None:
        """Repaint everything."""
        self._strips.clear()
        self.refresh()

    def fit(self) -> None:
        """Fit the columns to the width there is."""
        width = self.scrollable_content_region.width - MARK_CELLS
        self._shown_columns = fit_columns(self.columns, width, wide=self.wide, exact=self.exact)
        self._set_virtual_size()
        self._keep_cursor_in_view()
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Draw the line at `y` of the visible part."""
        if y < HEADER_LINES:
            return self._cropped(self._painter.header(self._shown_columns, self.content.order), Look.HEADER)
        return self._strip(round(self.scroll_y) + y - HEADER_LINES)

    def notify_style_update(self) -> None:
        """Take the colours of the new theme."""
        self._styles.clear()
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self.fit()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Draw the part that came into view."""
        self._strips.clear()
        super().watch_scroll_x(old_value, new_value)

    def watch_has_focus(self, focused: bool) -> None:
        """Show where the keys go."""
        super().watch_has_focus(focused)
        self.redraw()

    @cached_property
    def _painter(self) -> TablePainter[RowT]:
        return TablePainter(self._style, self.colony.glyphs)

    @property
    def _page(self) -> int:
        return self.scrollable_content_region.height - HEADER_LINES

    def _strip(self, place: int) -> Strip:
        strip = self._strips.get(place)
        if strip is None:
            if len(self._strips) > MOST_STRIPS:
                self._strips.clear()
            strip = self._strips[place] = self._draw(place)
        return strip

    def _draw(self, place: int) -> Strip:
        if place < len(self.content.shown):
            look, marked = self._look(place), self.content.is_marked(place)
            row = self.content.shown[place]
            segments = self._painter.row(row, self._shown_columns, look, marked=marked, exact=self.exact)
            return self._cropped(segments, look)
        width = self.size.width
        lines = [] if self.content.shown else _wrapped(self._empty_text, max(width - 2 * EMPTY_MARGIN, 1))
        line = place + 1 - EMPTY_MARGIN
        if 0 <= line < len(lines):
            text = fit_text(" " * EMPTY_MARGIN + lines[line], width)
            return Strip([Segment(text, self._style(Tone.MUTED, Look.PLAIN))], width)
        return Strip.blank(width, self._style(Tone.PLAIN, Look.PLAIN))

    def _look(self, place: int) -> Look:
        if place == self.content.cursor:
            return Look.CURSOR if self.has_focus else Look.CURSOR_UNFOCUSED
        return Look.MARKED if self.content.is_marked(place) else Look.PLAIN

    def _cropped(self, segments: list[Segment], look: Look) -> Strip:
        left, width = round(self.scroll_x), self.size.width
        whole = max(self.virtual_size.width, left + width)
        return Strip(segments).adjust_cell_length(whole, self._style(Tone.PLAIN, look)).crop(left, left + width)

    def _style(self, tone: Tone, look: Look) -> Style:
        known = self._styles.get((tone, look))
        if known is None:
            known = self.get_component_rich_style(f"table--{tone.value}")
            if look is not Look.PLAIN:
                over = self.get_component_rich_style(f"table--{look.value}")
                color = over.color if look is Look.HEADER else None
                known += Style(color=color, bgcolor=over.bgcolor, bold=over.bold, reverse=over.reverse)
            self._styles[tone, look] = known
        return known

    def _set_virtual_size(self) -> None:
        width = total_width(self._shown_columns) + MARK_CELLS if self.wide else 0
        self.virtual_size = Size(width, len(self.content.shown) + HEADER_LINES)

    def _keep_cursor_in_view(self) -> None:
        top, cursor = round(self.scroll_y), self.content.cursor
        if cursor < top:
            self.scroll_to(y=cursor, animate=False)
        elif self._page > 0 and cursor >= top + self._page:
            self.scroll_to(y=cursor - self._page + 1, animate=False)


@lru_cache(maxsize=4)
def _wrapped(text: str, width: int) -> Sequence[str]:
    return wrap(text, width)
