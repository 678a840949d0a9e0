"""The footer: the few keys that matter here, the most important first."""

from __future__ import annotations

from textual.content import Content
from textual.keys import key_to_character
from textual.screen import Screen
from textual.widget import Widget

from colonytui.actions import ACTIONS, Action, Scope, find_action, shown_key
from colonytui.bindings import ActionHost

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

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._keys_changed)

    def update(self) -> None:
        """Repaint when other keys work than those shown."""
        line = self._line()
        if self._drawn is None or (line.plain, line.spans) != (self._drawn.plain, self._drawn.spans):
            self.refresh()

    def render(self) -> Content:
        """Draw as many keys as fit."""
        self._drawn = self._line()
        return self._drawn

    def _line(self) -> Content:
        shown = [(action, node) for action, node in available_actions(self.screen) if action.footer]
        end = Content("  ").join([self._key(action, node) for action, node in shown if action.footer == LAST])
        rest = [(action, node) for action, node in shown if action.footer != LAST]
        line = Content("")
        for action, node in sorted(rest, key=lambda item: -item[0].footer):
            longer = Content.assemble(line, "  " if line else "", self._key(action, node))
            if longer.cell_length + end.cell_length + 2 > self.content_size.width:
                break
            line = longer
        free = self.content_size.width - line.cell_length - end.cell_length
        return Content.assemble(line, " " * max(free, 0), end)

    def _key(self, action: Action, node: ActionHost) -> Content:
        dim = node.refusal(action) is not None
        key = shown_key(action.keys[0])
        return Content.assemble(
            (key, "$text-disabled" if dim else "bold $text-accent"),
            (f" {action.label}", "$text-disabled" if dim else ""),
        )

    def _keys_changed(self, _screen: Screen[object]) -> None:
        self.refresh()


def available_actions(screen: Screen[object]) -> list[tuple[Action, ActionHost]]:
    """Return the actions whose keys work with the present focus, each with its owner.

    The most local ones come first, and those that read-only mode refuses are left out.
    """
    found: dict[Action, ActionHost] = {}
    focused = screen.focused
    for key, active in screen.active_bindings.items():
        node, binding = active.node, active.binding
        if binding.id is None or not isinstance(node, ActionHost):
            continue
        if focused is not None and focused.check_consume_key(key, key_to_character(key)):
            continue
        action = find_action(binding.id)
        if node.offers(action) and not (action.changing and node.colony.read_only):
            found.setdefault(action, node)
    return sorted(found.items(), key=lambda item: _nearness(item[0]))


def _nearness(action: Action) -> tuple[int, int]:
    scopes = (Scope.TABLE, Scope.VIEW, Scope.GLOBAL)
    return scopes.index(action.scope) + 1 if action.scope in scopes else 0, ACTIONS.index(action)
