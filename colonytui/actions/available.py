"""Which actions a key can start at this moment: what footer, help and palette show."""

from __future__ import annotations

from typing import NamedTuple

from textual.screen import Screen
from textual.widget import Widget

from colonytui.actions.bindings import ActionHost
from colonytui.actions.registry import ACTIONS, Action, Scope, find_action


class AvailableAction(NamedTuple):
    """An action, the node that carries it out, and the key to show for it."""

    action: Action
    node: ActionHost
    key: str

    @property
    def refusal(self) -> str | None:
        """Why it cannot be done now; None when it can."""
        return self.node.refusal(self.action)


def available_actions(screen: Screen[object]) -> list[AvailableAction]:
    """Return the actions whose keys work with the present focus, the most local ones first.

    Those that read-only mode refuses are left out, and so are letters while a text field would take them.
    """
    found: dict[str, AvailableAction] = {}
    for active in screen.active_bindings.values():
        node, binding = active.node, active.binding
        if binding.id is None or not isinstance(node, ActionHost):
            continue
        action = find_action(binding.id)
        key = _first_free_key(action, screen.focused)
        if key and node.offers(action) and not (action.changing and node.colony.read_only):
            found.setdefault(action.id, AvailableAction(action, node, key))
    return sorted(found.values(), key=lambda available: _nearness(available.action))


def _first_free_key(action: Action, focused: Widget | None) -> str | None:
    for key in action.keys:
        typed = len(key) == 1 and focused is not None and focused.check_consume_key(key, key)
        if not typed:
            return key
    return None


def _nearness(action: Action) -> tuple[int, int]:
    scopes = (Scope.TABLE, Scope.VIEW, Scope.GLOBAL)
    return scopes.index(action.scope) + 1 if action.scope in scopes else 0, ACTIONS.index(action)
