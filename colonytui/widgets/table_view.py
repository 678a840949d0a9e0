"""Rows on a scrolling view that draws only what is on screen, and keeps cursor and scroll while the rows change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from textwrap import wrap
from typing import Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from colonytui.bindings import ActionHost
from colonytui.columns import Column, fit_columns, fit_text, total_width
from colonytui.row_order import RowOrder
from colonytui.tones import Tone
from colonytui.widgets.table_painter import MARK_CELLS, Look, TablePainter

RowT = TypeVar("RowT")

HEADER_LINES = 1
EMPTY_MARGIN = 2
"""Cells left of, and lines above, the text of an empty table."""
MOST_STRIPS = 1000
"""How many drawn lines are kept."""


class TableView(ScrollView, ActionHost, Generic[RowT]):
    """A table with a cursor and marks; it reacts to no keys. Arguments: columns, key of a row, marked keys."""

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
        self.order = RowOrder()
        self.marks = set() if marks is None else marks
        self.wide = False
        self.exact = False
        self._key = key
        self._columns = columns
        self._shown_columns: Sequence[Column[RowT]] = ()
        self._given: Sequence[RowT] = ()
        self._rows: list[RowT] = []
        self._index: dict[str, int] = {}
        self._cursor = 0
        self._empty_text = ""
        self._strips: dict[int, Strip] = {}
        self._styles: dict[tuple[Tone, Look], Style] = {}

    @property
    def rows(self) -> Sequence[RowT]:
        """The rows in the order shown."""
        return self._rows

    @property
    def columns(self) -> Sequence[Column[RowT]]:
        """All columns, whether there is room for them or not."""
        return self._columns

    @property
    def cursor_row(self) -> RowT | None:
        """The row under the cursor; None in an empty table."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def marked_rows(self) -> list[RowT]:
        """The marked rows among those shown, in the order shown."""
        return [row for row in self._rows if self._key(row) in self.marks] if self.marks else []

    @property
    def marked_count(self) -> int:
        """How many of the rows shown are marked."""
        return sum(key in self._index for key in self.marks)

    # Changing what is shown

    def set_columns(self, columns: Sequence[Column[RowT]], order: RowOrder) -> None:
        """Show other columns."""
        self._columns = columns
        self.order = order
        self.fit()

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show these rows; the cursor stays on its row, and what is on screen moves as little as possible."""
        self._given = rows
        cursor_row, cursor_key, before, scroll_y = self.cursor_row, self._cursor_key, self._cursor, round(self.scroll_y)
        self._rows = self.order.sorted(rows, self._columns)
        self._index = {self._key(row): index for index, row in enumerate(self._rows)}
        self._cursor = max(0, min(self._index.get(cursor_key or "", before), len(self._rows) - 1))
        self._set_virtual_size()
        if scroll_y and cursor_key in self._index:
            self.scroll_to(y=scroll_y + self._cursor - before, animate=False)
        self._keep_cursor_in_view()
        self.refresh_changed_lines()
        if cursor_row is not self.cursor_row:
            self.post_message(self.CursorMoved(self))

    def set_empty_text(self, text: str) -> None:
        """Say this where rows would be when there are none."""
        if text != self._empty_text:
            self._empty_text = text
            if not self._rows:
                self.redraw()

    def move_to(self, key: str) -> bool:
        """Put the cursor on the row with this key and return whether there is one."""
        index = self._index.get(key)
        if index is not None:
            self.move_cursor(index)
        return index is not None

    def move_cursor(self, index: int) -> None:
        """Put the cursor on the row at this place, or on the nearest one there is."""
        index = max(0, min(index, len(self._rows) - 1))
        if index == self._cursor or not self._rows:
            return
        before, self._cursor = self._cursor, index
        self._keep_cursor_in_view()
        self.redraw_rows(before, index)
        self.post_message(self.CursorMoved(self))

    # Repainting

    def refresh_changed_lines(self) -> None:
        """Repaint the rows that would look different now; cheap enough to be called at every tick of the clock."""
        before, self._strips = self._strips, {}
        top = round(self.scroll_y)
        for y in range(HEADER_LINES, self.size.height):
            index = top + y - HEADER_LINES
            if before.get(index) != self._strip(index):
                self.refresh(Region(0, y, self.size.width, 1))

    def redraw_rows(self, *indexes: int) -> None:
        """Repaint the rows at these places."""
        top = round(self.scroll_y)
        for index in indexes:
            self._strips.pop(index, None)
            y = index - top + HEADER_LINES
            if HEADER_LINES <= y < self.size.height:
                self.refresh(Region(0, y, self.size.width, 1))

    def redraw(self) -> None:
        """Repaint everything."""
        self._strips.clear()
        self.refresh()

    def fit(self) -> None:
        """Fit the columns to the width there is."""
        width = self.scrollable_content_region.width - MARK_CELLS
        self._shown_columns = fit_columns(self._columns, width, wide=self.wide, exact=self.exact)
        self._set_virtual_size()
        self._keep_cursor_in_view()
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Draw the line at `y` of the visible part."""
        if y < HEADER_LINES:
            return self._cropped(self._painter.header(self._shown_columns, self.order), Look.HEADER)
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

    @property
    def _cursor_key(self) -> str | None:
        return self._key(self._rows[self._cursor]) if self._rows else None

    def _strip(self, index: int) -> Strip:
        strip = self._strips.get(index)
        if strip is None:
            if len(self._strips) > MOST_STRIPS:
                self._strips.clear()
            strip = self._strips[index] = self._draw(index)
        return strip

    def _draw(self, index: int) -> Strip:
        if index < len(self._rows):
            row, look = self._rows[index], self._look(index)
            marked = self._key(row) in self.marks
            segments = self._painter.row(row, self._shown_columns, look, marked=marked, exact=self.exact)
            return self._cropped(segments, look)
        width = self.size.width
        lines = [] if self._rows else wrap(self._empty_text, max(width - 2 * EMPTY_MARGIN, 1))
        if EMPTY_MARGIN <= index + 1 < EMPTY_MARGIN + len(lines):
            text = fit_text(" " * EMPTY_MARGIN + lines[index + 1 - EMPTY_MARGIN], width)
            return Strip([Segment(text, self._style(Tone.MUTED, Look.PLAIN))], width)
        return Strip.blank(width, self._style(Tone.PLAIN, Look.PLAIN))

    def _look(self, index: int) -> Look:
        if index == self._cursor:
            return Look.CURSOR if self.has_focus else Look.CURSOR_UNFOCUSED
        return Look.MARKED if self._key(self._rows[index]) in self.marks else Look.PLAIN

    def _cropped(self, segments: list[Segment], look: Look) -> Strip:
        left, width = round(self.scroll_x), self.size.width
        whole = Strip(segments).adjust_cell_length(
            max(self.virtual_size.width, left + width), self._style(Tone.PLAIN, look)
        )
        return whole.crop(left, left + width)

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
        self.virtual_size = Size(width, len(self._rows) + HEADER_LINES)

    def _keep_cursor_in_view(self) -> None:
        top = round(self.scroll_y)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False)
        elif self._page > 0 and self._cursor >= top + self._page:
            self.scroll_to(y=self._cursor - self._page + 1, animate=False)
