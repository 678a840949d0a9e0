"""What places with one list have in common: rows, a filter line, and titles that follow both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual import on
from textual.actions import SkipAction

from colonytui.screens.place_view import PlaceView
from colonytui.widgets.filter_bar import FilterBar
from colonytui.widgets.line_table import LineTable
from colonytui.widgets.watching import StoreChanged

RowT = TypeVar("RowT")

CLOCK_TICK_SECONDS = 1.0


class ListPlace(PlaceView, Generic[RowT]):
    """A place that composes one LineTable and one FilterBar."""

    def on_mount(self) -> None:
        """Let ages tick."""
        self.set_interval(CLOCK_TICK_SECONDS, self._tick)

    # For subclasses to say

    def show_rows(self) -> None:
        """Bring rows and titles up to what is known."""

    def write_titles(self) -> None:
        """Write title and summary on the border."""

    def set_filter(self, text: str) -> str:
        """Take over a filter and return what is wrong with it, which leaves the last good one in force."""
        del text
        return ""

    @property
    def filter_problem(self) -> str:
        """What has turned out to be wrong with the filter when it was applied; empty for nothing."""
        return ""

    def clear_filter(self) -> bool:
        """Clear what narrows the list and return whether there was anything."""
        if not self.filter_bar.text:
            return False
        self.filter_bar.set_text("")
        return True

    # What is shared

    @property
    def table(self) -> LineTable[RowT]:
        """The rows."""
        return self.query_one(LineTable)

    @property
    def filter_bar(self) -> FilterBar:
        """The filter line."""
        return self.query_one(FilterBar)

    @property
    def selection(self) -> Sequence[RowT]:
        """The marked rows, or the one under the cursor."""
        return self.table.content.selected

    def focus_main(self) -> None:
        """Go to the rows, at once: the next key may be there already."""
        self.screen.set_focus(self.table)

    def titled(self, summary: str) -> str:
        """A summary with the number of marked rows before it."""
        marked = self.table.content.marked_count
        return f"{marked:,} marked · {summary}" if marked else summary

    def action_filter(self) -> None:
        """Type a filter."""
        self.filter_bar.open()

    def action_step_back(self) -> None:
        """Clear the filter, then the marks."""
        if not (self.clear_filter() or self.table.clear_marks()):
            raise SkipAction

    def on_show(self) -> None:
        """Catch up with what came in while another place was shown."""
        self.show_rows()

    @on(StoreChanged)
    def _take_news(self) -> None:
        if self.display:
            self.show_rows()

    @on(FilterBar.Changed)
    def _apply_filter(self, message: FilterBar.Changed) -> None:
        problem = self.set_filter(message.text)
        self.show_rows()
        self.filter_bar.show_problem(problem or self.filter_problem)

    @on(LineTable.CursorMoved)
    @on(LineTable.MarksChanged)
    @on(LineTable.OrderChanged)
    def _describe(self) -> None:
        self.write_titles()
        self.colony.refresh_footer()

    def _tick(self) -> None:
        if self.display and self.screen.is_current:
            self.table.refresh_changed_lines()
