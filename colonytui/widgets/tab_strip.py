"""One line of tabs with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from colonytui.actions.bindings import ActionHost


@dataclass(frozen=True)
class TabLabel:
    """What one tab says."""

    id: str
    title: str
    count: int | None = None
    short: str = ""
    """A sign that stands for the title when there is little room."""


class TabStrip(Widget, ActionHost):
    """Shows the tabs in one line, shorter where there is little room; a click goes to one."""

    DEFAULT_CSS = """
    TabStrip {
        height: 1;
        padding: 0 1;
    }
    """

    labels: reactive[tuple[TabLabel, ...]] = reactive(())
    current: reactive[str] = reactive("")

    class Chosen(Message):
        """A tab was chosen."""

        def __init__(self, tab_id: str) -> None:
            super().__init__()
            self.tab_id = tab_id

    def render(self) -> Content:
        """Draw every tab with its title, or only the current one when they do not fit."""
        return Content.styled(f" {self.colony.glyphs.separator} ", "$text-disabled").join(self._parts())

    def on_click(self, event: events.Click) -> None:
        """Go to the tab under the pointer."""
        left = 1
        for label, part in zip(self.labels, self._parts(), strict=True):
            if left <= event.x < left + part.cell_length:
                self.post_message(self.Chosen(label.id))
            left += part.cell_length + 3

    def neighbour(self, steps: int) -> str:
        """The id of the tab some steps to the right of the current one, around the ends."""
        ids = [label.id for label in self.labels]
        return ids[(ids.index(self.current) + steps) % len(ids)]

    def _parts(self) -> Sequence[Content]:
        full = [self._part(label, long=True) for label in self.labels]
        if sum(part.cell_length for part in full) + 3 * len(full) <= self.content_size.width:
            return full
        return [self._part(label, long=label.id == self.current) for label in self.labels]

    def _part(self, label: TabLabel, *, long: bool) -> Content:
        title = label.title if long or not label.short else label.short
        count = "" if label.count is None else f" {label.count:,}"
        current = label.id == self.current
        return Content.assemble(
            (title, "bold $text-primary underline" if current else ""),
            (count, "bold $text-primary" if current else "$text-muted"),
        )
