"""A table that draws only the lines on screen, and keeps cursor, marks and scroll while its rows change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from colonytui.actions import Scope
from colonytui.bindings import ActionHost, bindings
from colonytui.columns import GAP, Column, fit_columns, fit_text, total_width
from colonytui.row_order import RowOrder
from colonytui.tones import Tone

RowT = TypeVar("RowT")

HEADER_LINES = 1
MARK_CELLS = 1
SIDEWAYS_STEP = 8
MOST_STRIPS = 1000
"""How many drawn lines are kept."""


class LineTable(ScrollView, ActionHost, Generic[RowT], can_focus=True):
    """Rows of any type, told apart by a key; each line is drawn from the row when it is on screen.

    Arguments: `columns`; `key` of a row; `marks`, a set of row keys that the table changes in place.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.TABLE)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-table--header",
        "line-table--cursor",
        "line-table--cursor-unfocused",
        "line-table--marked",
        *(f"line-table--{tone.value}" for tone in Tone),
    }
    DEFAULT_CSS = """
    LineTable {
        height: 1fr;
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
        scrollbar-gutter: stable;
    }
    LineTable .line-table--header { color: $text-muted; text-style: bold; }
    LineTable .line-table--cursor { background: $primary 35%; text-style: bold; }
    LineTable .line-table--cursor-unfocused { background: $panel; }
    LineTable .line-table--marked { background: $accent 20%; }
    LineTable .line-table--plain { color: $foreground; }
    LineTable .line-table--muted { color: $text-muted; }
    LineTable .line-table--key { color: $text-accent; }
    LineTable .line-table--good { color: $text-success; }
    LineTable .line-table--busy { color: $text-primary; }
    LineTable .line-table--warn { color: $text-warning; }
    LineTable .line-table--bad { color: $text-error; }
    """

    class TableMessage(Message):
        """News of a table."""

        def __init__(self, table: LineTable[Any]) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> LineTable[Any]:
            """The table."""
            return self.table

    class CursorMoved(TableMessage):
        """The cursor stands on another row, or its row has changed."""

    class MarksChanged(TableMessage):
        """Rows were marked or unmarked."""

    class OrderChanged(TableMessage):
        """The rows are sorted differently."""

    class RowOpened(TableMessage):
        """A row was double-clicked."""

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        key: Callable[[RowT], str],
        *,
        marks: set[str] | None = None,
    ) -> None:
        super().__init__()
        self.marks = set() if marks is None else marks
        self.order = RowOrder()
        self.wide = False
        self._empty_text = ""
        self.file_stem = "rows"
        self._columns = columns
        self._key = key
        self._given: Sequence[RowT] = ()
        self._rows: list[RowT] = []
        self._index: dict[str, int] = {}
        self._cursor = 0
        self._range: tuple[int, frozenset[str]] | None = None
        self._shown_columns: list[Column[RowT]] = []
        self._strips: dict[int, Strip] = {}
        self._styles: dict[tuple[Tone, str], Style] = {}

    # What the table holds

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
    def selected_rows(self) -> list[RowT]:
        """What an action works on: the marked rows, or else the row under the cursor."""
        return self.marked_rows or [row for row in [self.cursor_row] if row is not None]

    @property
    def range_open(self) -> bool:
        """Whether moving marks rows."""
        return self._range is not None

    def set_columns(self, columns: Sequence[Column[RowT]], order: RowOrder) -> None:
        """Show other columns."""
        self._columns = columns
        self.order = order
        self._fit()

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show these rows; the cursor stays on its row, and what is on screen moves as little as possible."""
        self._given = rows
        cursor_key = self._key(self._rows[self._cursor]) if self._rows else None
        before, scroll_y = self._cursor, round(self.scroll_y)
        self._rows = self.order.sorted(rows, self._columns)
        self._index = {self._key(row): index for index, row in enumerate(self._rows)}
        if cursor_key is not None:
            self._cursor = self._index.get(cursor_key, before)
        self._cursor = max(0, min(self._cursor, len(self._rows) - 1))
        self._set_virtual_size()
        if scroll_y and self._cursor != before and cursor_key in self._index:
            self.scroll_to(y=scroll_y + self._cursor - before, animate=False)
        self._keep_cursor_in_view()
        self.refresh_changed_lines()
        if cursor_key != self._cursor_key:
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
        self._extend_range()
        self._keep_cursor_in_view()
        self._redraw_rows(before, index)
        self.post_message(self.CursorMoved(self))

    def refresh_changed_lines(self) -> None:
        """Repaint the lines that would look different now; cheap enough to be called at every tick of the clock."""
        before, self._strips = self._strips, {}
        top = round(self.scroll_y)
        for y in range(HEADER_LINES, self.size.height):
            index = top + y - HEADER_LINES
            if before.get(index) != self._strip(index):
                self.refresh(Region(0, y, self.size.width, 1))

    def redraw(self) -> None:
        """Repaint everything."""
        self._strips.clear()
        self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw the line at `y` of the visible part."""
        if y < HEADER_LINES:
            return self._cropped(self._draw_header(), self._style(Tone.PLAIN, "header"))
        return self._strip(round(self.scroll_y) + y - HEADER_LINES)

    def notify_style_update(self) -> None:
        """Take the colours of the new theme."""
        self._styles.clear()
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._fit()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Draw the part that came into view."""
        self._strips.clear()
        super().watch_scroll_x(old_value, new_value)

    def watch_has_focus(self, focused: bool) -> None:
        """Show where the keys go."""
        super().watch_has_focus(focused)
        self.redraw()

    def _strip(self, index: int) -> Strip:
        strip = self._strips.get(index)
        if strip is None:
            if len(self._strips) > MOST_STRIPS:
                self._strips.clear()
            strip = self._strips[index] = self._draw_line(index)
        return strip

    def _draw_line(self, index: int) -> Strip:
        width = self.size.width
        if index < len(self._rows):
            row = self._rows[index]
            overlay = self._overlay(index, self._key(row))
            return self._cropped(self._draw_row(row, overlay), self._style(Tone.PLAIN, overlay))
        if not self._rows and index == 1:
            text = fit_text(f"  {self._empty_text}", width, ellipsis=self.colony.glyphs.ellipsis)
            return Strip([Segment(text, self._style(Tone.MUTED, ""))], width)
        return Strip.blank(width, self._style(Tone.PLAIN, ""))

    def _draw_header(self) -> list[Segment]:
        style = self._style(Tone.PLAIN, "header")
        texts = [
            fit_text(self._title(column), column.width, right=column.right, ellipsis=self.colony.glyphs.ellipsis)
            for column in self._shown_columns
        ]
        return [Segment(" " * MARK_CELLS + (" " * GAP).join(texts), style)]

    def _title(self, column: Column[RowT]) -> str:
        glyphs = self.colony.glyphs
        for place, key in enumerate(self.order.keys, start=1):
            if key.column_id == column.id:
                arrow = glyphs.descending if key.descending else glyphs.ascending
                return f"{column.title}{arrow}{place if len(self.order.keys) > 1 else ''}"
        return column.title

    def _draw_row(self, row: RowT, overlay: str) -> list[Segment]:
        glyphs = self.colony.glyphs
        mark = glyphs.mark if self._key(row) in self.marks else " "
        segments = [Segment(mark, self._style(Tone.KEY, overlay))]
        gap = Segment(" " * GAP, self._style(Tone.PLAIN, overlay))
        for column in self._shown_columns:
            cell = column.cell(row)
            text = fit_text(cell.text, column.width, right=column.right, ellipsis=glyphs.ellipsis)
            segments += [Segment(text, self._style(cell.tone, overlay)), gap]
        return segments[:-1]

    def _cropped(self, segments: list[Segment], style: Style) -> Strip:
        left, width = round(self.scroll_x), self.size.width
        return (
            Strip(segments)
            .adjust_cell_length(max(self.virtual_size.width, left + width), style)
            .crop(left, left + width)
        )

    def _overlay(self, index: int, key: str) -> str:
        if index == self._cursor:
            return "cursor" if self.has_focus else "cursor-unfocused"
        return "marked" if key in self.marks else ""

    def _style(self, tone: Tone, overlay: str) -> Style:
        known = self._styles.get((tone, overlay))
        if known is None:
            known = self.get_component_rich_style(f"line-table--{tone.value}")
            if overlay:
                over = self.get_component_rich_style(f"line-table--{overlay}")
                known += Style(bgcolor=over.bgcolor, bold=over.bold, reverse=over.reverse)
                if overlay == "header":
                    known += Style(color=over.color)
            self._styles[tone, overlay] = known
        return known

    def _redraw_rows(self, *indexes: int) -> None:
        top = round(self.scroll_y)
        for index in indexes:
            y = index - top + HEADER_LINES
            if HEADER_LINES <= y < self.size.height:
                self._strips.pop(index, None)
                self.refresh(Region(0, y, self.size.width, 1))

    # Size and scroll

    def _fit(self) -> None:
        width = self.scrollable_content_region.width - MARK_CELLS
        self._shown_columns = fit_columns(self._columns, width, wide=self.wide)
        self._set_virtual_size()
        self._keep_cursor_in_view()
        self.redraw()

    def _set_virtual_size(self) -> None:
        width = total_width(self._shown_columns) + MARK_CELLS if self.wide else 0
        self.virtual_size = Size(width, len(self._rows) + HEADER_LINES)

    def _keep_cursor_in_view(self) -> None:
        top, page = round(self.scroll_y), self._page
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False)
        elif page > 0 and self._cursor >= top + page:
            self.scroll_to(y=self._cursor - page + 1, animate=False)

    @property
    def _page(self) -> int:
        return self.scrollable_content_region.height - HEADER_LINES

    @property
    def _cursor_key(self) -> str | None:
        return self._key(self._rows[self._cursor]) if self._rows else None

    # Actions

    def action_move_down(self) -> None:
        """Move to the next row."""
        self.move_cursor(self._cursor + 1)

    def action_move_up(self) -> None:
        """Move to the row above."""
        self.move_cursor(self._cursor - 1)

    def action_half_page_down(self) -> None:
        """Move down half a page."""
        self.move_cursor(self._cursor + max(1, self._page // 2))

    def action_half_page_up(self) -> None:
        """Move up half a page."""
        self.move_cursor(self._cursor - max(1, self._page // 2))

    def action_page_down(self) -> None:
        """Move down a page."""
        self.move_cursor(self._cursor + max(1, self._page))

    def action_page_up(self) -> None:
        """Move up a page."""
        self.move_cursor(self._cursor - max(1, self._page))

    def action_move_first(self) -> None:
        """Move to the first row."""
        self.move_cursor(0)

    def action_move_last(self) -> None:
        """Move to the last row."""
        self.move_cursor(len(self._rows) - 1)

    def action_sideways_left(self) -> None:
        """Scroll to the left."""
        self.scroll_relative(x=-SIDEWAYS_STEP, animate=False)

    def action_sideways_right(self) -> None:
        """Scroll to the right."""
        self.scroll_relative(x=SIDEWAYS_STEP, animate=False)

    def action_mark(self) -> None:
        """Mark or unmark this row and go on."""
        if (key := self._cursor_key) is None:
            return
        self.marks.symmetric_difference_update({key})
        self._redraw_rows(self._cursor)
        self.post_message(self.MarksChanged(self))
        self.move_cursor(self._cursor + 1)

    def action_mark_range(self) -> None:
        """Begin a range here, or end it."""
        self._range = None if self._range else (self._cursor, frozenset(self.marks))
        self._extend_range()
        self.redraw()
        self.post_message(self.MarksChanged(self))

    def action_mark_all(self) -> None:
        """Mark every row shown."""
        self.marks.update(self._index)
        self.redraw()
        self.post_message(self.MarksChanged(self))

    def action_clear_marks(self) -> None:
        """Clear every mark."""
        self.marks.clear()
        self._range = None
        self.redraw()
        self.post_message(self.MarksChanged(self))

    def action_sort_left(self) -> None:
        """Sort by the column to the left."""
        self._reorder(self.order.shifted(-1, self._shown_columns))

    def action_sort_right(self) -> None:
        """Sort by the column to the right."""
        self._reorder(self.order.shifted(1, self._shown_columns))

    def action_flip_order(self) -> None:
        """Turn the order around."""
        self._reorder(self.order.flipped())

    def action_second_key(self) -> None:
        """Keep this order as the second key."""
        self._reorder(self.order.with_second_key())

    def action_toggle_wide(self) -> None:
        """Show or hide the wide columns."""
        self.wide = not self.wide
        self.scroll_to(x=0, animate=False)
        self._fit()

    async def action_save_rows(self) -> None:
        """Save the marked rows, or all that are shown, into a file."""
        from colonytui.export import save_rows
        from colonytui.screens.save_rows import SaveRowsScreen

        rows, columns = self.marked_rows or list(self._rows), self._columns
        path = await self.app.push_screen_wait(SaveRowsScreen(Path(f"{self.file_stem}.csv"), len(rows)))
        if path is None:
            return
        try:
            await asyncio.to_thread(save_rows, path, rows, columns)
        except (OSError, ValueError) as error:
            self.colony.warn(f"Could not save: {error}")
        else:
            self.colony.inform(f"Saved {len(rows):,} rows in {path}.")

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked row, open a double-clicked one, sort by a clicked title."""
        if event.y < HEADER_LINES:
            if (column := self._column_at(event.x + round(self.scroll_x))) is not None:
                self._reorder(self.order.by(column.id))
            return
        index = event.y - HEADER_LINES + round(self.scroll_y)
        if index < len(self._rows):
            self.move_cursor(index)
            if event.chain == 2:
                self.post_message(self.RowOpened(self))

    def _column_at(self, x: int) -> Column[RowT] | None:
        left = MARK_CELLS
        for column in self._shown_columns:
            if left <= x < left + column.width:
                return column if column.sort_key is not None else None
            left += column.width + GAP
        return None

    def _extend_range(self) -> None:
        if self._range is None:
            return
        anchor, before = self._range
        first, last = sorted((anchor, self._cursor))
        self.marks.clear()
        self.marks.update(before, (self._key(row) for row in self._rows[first : last + 1]))
        self.redraw()
        self.post_message(self.MarksChanged(self))

    def _reorder(self, order: RowOrder) -> None:
        self.order = order
        self.set_rows(self._given)
        self.redraw()
        self.post_message(self.OrderChanged(self))
