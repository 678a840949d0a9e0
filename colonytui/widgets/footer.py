"""The footer: the few keys that matter here, the most important first."""

from __future__ import annotations

from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from colonytui.actions.available import AvailableAction, available_actions
from colonytui.actions.bindings import ActionHost
from colonytui.actions.registry import shown_key

LAST = 1
"""The importance of the action that stands at the right edge."""


class ActionFooter(Widget, ActionHost):
    """One line of keys for the focused pane; those that cannot be done now are dim."""

    DEFAULT_CSS = """
    ActionFooter {
        dock: bottom;
        height: 1;
        padding: 0 1;
        background: $panel;
    }
    """

    _drawn: Content | None = None
    _is_due = False

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._keys_changed)

    def update(self) -> None:
        """Repaint when other keys work than those shown, but not before what the last key has changed is painted."""
        if not self._is_due:
            self._is_due = True
            self.call_after_refresh(self._update)

    def render(self) -> Content:
        """Draw as many keys as fit."""
        self._drawn = self._line()
        return self._drawn

    def _update(self) -> None:
        self._is_due = False
        line = self._line()
        if self._drawn is None or (line.plain, line.spans) != (self._drawn.plain, self._drawn.spans):
            self.refresh()

    def _line(self) -> Content:
        shown = [available for available in available_actions(self.screen) if available.action.footer]
        shown.sort(key=lambda available: -available.action.footer)
        end = Content("  ").join([_key(available) for available in shown if available.action.footer == LAST])
        line = Content("")
        for available in shown:
            longer = Content.assemble(line, "  " if line else "", _key(available))
            if available.action.footer == LAST or longer.cell_length + end.cell_length + 2 > self.content_size.width:
                break
            line = longer
        free = self.content_size.width - line.cell_length - end.cell_length
        return Content.assemble(line, " " * max(free, 0), end)

    def _keys_changed(self, _screen: Screen[object]) -> None:
        self.refresh()


def _key(available: AvailableAction) -> Content:
    dim = available.refusal is not None
    return Content.assemble(
        (shown_key(available.key), "$text-disabled" if dim else "bold $text-accent"),
        (f" {available.action.label}", "$text-disabled" if dim else ""),
    )
