"""The one registry of everything a user can do.

Keys, footer, help, palette, read-only mode and the documented key table come from it.

To add an action, write it in `colonytui/actions/catalogue` under the scope that owns it, and give the owning screen or
widget `BINDINGS = bindings(Scope.X)` (`colonytui.actions.bindings`) and a method `action_<handler>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from colonytui.actions.catalogue import detail, executors, frame, logs, processes, submit, tables
from colonytui.actions.catalogue.action import Action, Scope

__all__ = ["ACTIONS", "Action", "Scope", "actions_in", "find_action", "key_table", "shown_key"]

ACTIONS: tuple[Action, ...] = (
    *frame.GLOBAL,
    *frame.VIEW,
    *frame.FILTER,
    *tables.TABLE,
    *processes.PROCESSES,
    *processes.PROCESS,
    *processes.BULK,
    *detail.DETAIL,
    *detail.JSON,
    *detail.EXPLAIN,
    *executors.EXECUTORS,
    *executors.EXECUTOR,
    *logs.TEXT,
    *logs.LOG,
    *logs.FIND,
    *logs.POPUP,
    *submit.SUBMIT,
    *submit.SUBMITTED,
)
"""Every action; the order is that of help and documentation."""


def find_action(action_id: str) -> Action:
    """Return the action with this id; raises KeyError for an unknown one."""
    return _BY_ID[action_id]


def actions_in(*scopes: Scope) -> Sequence[Action]:
    """Return the actions of these scopes in registry order."""
    return [action for action in ACTIONS if action.scope in scopes]


def key_table(actions: Iterable[Action] = ACTIONS) -> str:
    """Return the Markdown tables of all keys, one per scope, as `docs/reference/keys.md` shows them."""
    by_scope: dict[Scope, list[Action]] = {}
    for action in actions:
        by_scope.setdefault(action.scope, []).append(action)
    return "\n".join(_scope_table(scope, members) for scope, members in by_scope.items())


def shown_key(key: str) -> str:
    """Return a key as people write it, such as `^p` for `ctrl+p`."""
    if key in _SHORT_NAMES:
        return _SHORT_NAMES[key]
    return f"^{key.removeprefix('ctrl+')}" if key.startswith("ctrl+") else key


def _scope_table(scope: Scope, actions: Iterable[Action]) -> str:
    lines = [f"## {scope.value}", "", "| Keys | Action | Id |", "|---|---|---|"]
    for action in actions:
        keys = " ".join(f"`{shown_key(key)}`" for key in action.keys)
        lines.append(f"| {keys} | {action.sentence} | `{action.id}` |")
    return "\n".join([*lines, ""])


_SHORT_NAMES = {
    "escape": "esc",
    "ctrl+@": "^space",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}
_BY_ID = {action.id: action for action in ACTIONS}
