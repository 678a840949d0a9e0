"""The base of long texts that draw only the rows on screen: moving through them by keyboard."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.scroll_view import ScrollView

from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.registry import Scope


class TextScroll(ScrollView, ActionHost, can_focus=True, inherit_bindings=False):
    """Rows of text; subclasses set `virtual_size` and draw the rows."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.TEXT)
    DEFAULT_CSS = """
    TextScroll {
        height: 1fr;
        overflow-x: hidden;
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
    }
    """

    def go_to_row(self, row: int) -> None:
        """Put a row at the top, as far as the text reaches."""
        self.scroll_to(y=max(row, 0), animate=False, immediate=True, force=True)

    def action_line_down(self) -> None:
        """Move down a line."""
        self.go_to_row(self.scroll_offset.y + 1)

    def action_line_up(self) -> None:
        """Move up a line."""
        self.go_to_row(self.scroll_offset.y - 1)

    def action_half_page_down(self) -> None:
        """Move down half a page."""
        self.go_to_row(self.scroll_offset.y + max(1, self.page_rows // 2))

    def action_half_page_up(self) -> None:
        """Move up half a page."""
        self.go_to_row(self.scroll_offset.y - max(1, self.page_rows // 2))

    def action_page_down(self) -> None:
        """Move down a page."""
        self.go_to_row(self.scroll_offset.y + self.page_rows)

    def action_page_up(self) -> None:
        """Move up a page."""
        self.go_to_row(self.scroll_offset.y - self.page_rows)

    def action_go_to_start(self) -> None:
        """Go to the first row."""
        self.go_to_row(0)

    def action_go_to_end(self) -> None:
        """Go to the last row."""
        self.go_to_row(self.virtual_size.height)

    @property
    def page_rows(self) -> int:
        """How many rows are in sight."""
        return max(1, self.scrollable_content_region.height)
