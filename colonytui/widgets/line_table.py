"""The table under the user's hands: keys and mouse move, mark, sort and save."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from colonytui.actions.bindings import bindings
from colonytui.actions.registry import Scope
from colonytui.tables.columns import GAP, Column
from colonytui.tables.row_order import RowOrder
from colonytui.widgets.table_painter import MARK_CELLS
from colonytui.widgets.table_view import HEADER_LINES, TableView

RowT = TypeVar("RowT")

SIDEWAYS_STEP = 8


class LineTable(TableView[RowT], can_focus=True):
    """A table of rows of any type; `set_rows` may be called at any time without disturbing the user."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.TABLE)

    class TableMessage(Message):
        """News of a table."""

        def __init__(self, table: LineTable[Any]) -> None:
            super().__init__()
            self.table = table

    class MarksChanged(TableMessage):
        """Rows were marked or unmarked."""

    class OrderChanged(TableMessage):
        """The rows are sorted differently."""

    class RowOpened(TableMessage):
        """A row was double-clicked."""

    file_stem = "rows"
    """What a file with the rows is called unless the user says otherwise."""

    @property
    def rows(self) -> Sequence[RowT]:
        """The rows in the order shown."""
        return self.content.shown

    @property
    def cursor_row(self) -> RowT | None:
        """The row under the cursor; None in an empty table."""
        return self.content.cursor_row

    def move_to(self, key: str, *, near: int = 0) -> bool:
        """Put the cursor on the row with this key, which was `near` a place, and return whether there is one."""
        place = self.content.place(key, near=near) if key else None
        if place is not None:
            self.move_cursor(place)
        return place is not None

    def move_cursor(self, place: int) -> None:
        """Put the cursor on the row at this place; an open range follows it."""
        super().move_cursor(place)
        if self.content.in_range:
            self._marks_changed()

    def clear_marks(self) -> bool:
        """Unmark everything and return whether anything was marked."""
        had_marks = bool(self.content.marks)
        self.content.clear_marks()
        self._marks_changed()
        return had_marks

    def action_move_down(self) -> None:
        """Move to the next row."""
        self.move_cursor(self.content.cursor + 1)

    def action_move_up(self) -> None:
        """Move to the row above."""
        self.move_cursor(self.content.cursor - 1)

    def action_half_page_down(self) -> None:
        """Move down half a page."""
        self.move_cursor(self.content.cursor + max(1, self._page // 2))

    def action_half_page_up(self) -> None:
        """Move up half a page."""
        self.move_cursor(self.content.cursor - max(1, self._page // 2))

    def action_page_down(self) -> None:
        """Move down a page."""
        self.move_cursor(self.content.cursor + max(1, self._page))

    def action_page_up(self) -> None:
        """Move up a page."""
        self.move_cursor(self.content.cursor - max(1, self._page))

    def action_move_first(self) -> None:
        """Move to the first row."""
        self.move_cursor(0)

    def action_move_last(self) -> None:
        """Move to the last row."""
        self.move_cursor(len(self.content.shown) - 1)

    def action_sideways_left(self) -> None:
        """Scroll to the left."""
        self.scroll_relative(x=-SIDEWAYS_STEP, animate=False)

    def action_sideways_right(self) -> None:
        """Scroll to the right."""
        self.scroll_relative(x=SIDEWAYS_STEP, animate=False)

    def action_mark(self) -> None:
        """Mark or unmark this row and go on."""
        self.content.toggle_mark()
        self.redraw_rows(self.content.cursor)
        self.post_message(self.MarksChanged(self))
        self.move_cursor(self.content.cursor + 1)

    def action_mark_range(self) -> None:
        """Begin a range here, or end it."""
        self.content.toggle_range()
        self._marks_changed()

    def action_mark_all(self) -> None:
        """Mark every row shown."""
        self.content.mark_all()
        self._marks_changed()

    def action_clear_marks(self) -> None:
        """Clear every mark."""
        self.clear_marks()

    def action_sort_left(self) -> None:
        """Sort by the column to the left."""
        self._sort(self.content.order.shifted(-1, self._shown_columns))

    def action_sort_right(self) -> None:
        """Sort by the column to the right."""
        self._sort(self.content.order.shifted(1, self._shown_columns))

    def action_flip_order(self) -> None:
        """Turn the order around."""
        self._sort(self.content.order.flipped())

    def action_second_key(self) -> None:
        """Keep this order as the second key."""
        self._sort(self.content.order.with_second_key())

    def action_toggle_wide(self) -> None:
        """Show or hide the wide columns."""
        self.wide = not self.wide
        self.scroll_to(x=0, animate=False)
        self.fit()

    def action_toggle_times(self) -> None:
        """Show times instead of ages, and back."""
        self.exact = not self.exact
        self.fit()

    async def action_save_rows(self) -> None:
        """Save the marked rows, or all that are shown, into a file."""
        from colonytui.screens.save_rows import SaveRowsScreen
        from colonytui.tables.export import save_rows

        rows, columns = self.content.marked or list(self.content.shown), self.columns
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
                self._sort(self.content.order.by(column.id))
            return
        place = event.y - HEADER_LINES + round(self.scroll_y)
        if place < len(self.content.shown):
            self.move_cursor(place)
            if event.chain == 2:
                self.post_message(self.RowOpened(self))

    def _column_at(self, x: int) -> Column[RowT] | None:
        left = MARK_CELLS
        for column in self._shown_columns:
            if left <= x < left + column.width:
                return column if column.sort_key is not None else None
            left += column.width + GAP
        return None

    def _marks_changed(self) -> None:
        self.redraw()
        self.post_message(self.MarksChanged(self))

    def _sort(self, order: RowOrder) -> None:
        self.content.reorder(order, self.columns)
        self._keep_cursor_in_view()
        self.redraw()
        self.post_message(self.OrderChanged(self))
