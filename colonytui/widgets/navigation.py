"""The list of places: a column on the left, or one line above when the terminal is narrow."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from colonytui.actions.bindings import ActionHost
from colonytui.screens.places import Place

COLUMN_FROM_WIDTH = 100


class Navigation(Widget, ActionHost):
    """Shows the places with their keys; a click goes to one."""

    DEFAULT_CSS = """
    Navigation {
        width: 1fr;
        height: 1;
        padding: 0 1;
        background: $surface;
    }
    """

    current: reactive[str] = reactive("")

    class Chosen(Message):
        """A place was chosen."""

        def __init__(self, place_id: str) -> None:
            super().__init__()
            self.place_id = place_id

    def __init__(self, places: Sequence[Place], current: str) -> None:
        super().__init__()
        self._places = places
        self.set_reactive(Navigation.current, current)
        self.border_title = "Navigate"

    def render(self) -> Content:
        """Draw a line per place, or all in one line."""
        if self.is_column:
            return Content("\n").join([self._line(place) for place in self._places])
        return Content("  ").join([self._word(place) for place in self._places])

    @property
    def is_column(self) -> bool:
        """Whether the places stand below each other."""
        return self.app.size.width >= COLUMN_FROM_WIDTH

    def on_click(self, event: events.Click) -> None:
        """Go to the place under the pointer."""
        if (place := self._place_at(event.x, event.y)) is not None:
            self.post_message(self.Chosen(place.id))

    def _line(self, place: Place) -> Content:
        sign = self.colony.glyphs.selected if place.id == self.current else ""
        text = f" {place.key} {place.title}"
        return Content.styled(f"{text:<15}{sign:>2} ", self._style(place))

    def _word(self, place: Place) -> Content:
        sign = self.colony.glyphs.selected if place.id == self.current else ""
        return Content.styled(f"{place.key} {place.title}{sign}", self._style(place))

    def _style(self, place: Place) -> str:
        return "bold $text-primary" if place.id == self.current else "$text-muted"

    def _place_at(self, x: int, y: int) -> Place | None:
        if self.is_column:
            row = y - 1
            return self._places[row] if 0 <= row < len(self._places) else None
        left = 1
        for place in self._places:
            width = self._word(place).cell_length
            if left <= x < left + width:
                return place
            left += width + 2
        return None
