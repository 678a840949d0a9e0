"""From the registry of actions to Textual's bindings, and the one place where every action is carried out."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.dom import DOMNode

from colonytui.actions.registry import Action, Scope, actions_in, find_action

if TYPE_CHECKING:
    from textual.worker import WorkType

    from colonytui.app import ColonyApp


def bindings(*scopes: Scope, priority: bool = False) -> list[BindingType]:
    """Return the bindings of all actions in these scopes; with `priority` they also work in a text field."""
    return [
        Binding(
            ",".join(action.keys),
            f"perform('{action.id}')",
            action.label,
            show=action.footer > 0,
            priority=priority,
            tooltip=action.sentence,
            id=action.id,
        )
        for action in actions_in(*scopes)
    ]


class ActionHost(DOMNode):
    """A screen, widget or app that owns actions: `BINDINGS = bindings(Scope.X)` and an `action_<handler>` for each.

    Name it after the Textual base, `class Pane(Widget, ActionHost)`: style sheets follow the first base only.

    A plain handler runs at once. A coroutine handler runs as a worker, so it may await the client or a dialog while
    the keyboard goes on. A plain handler that has nothing to do raises SkipAction: the key goes to the host around it.
    """

    @property
    def colony(self) -> ColonyApp:
        """The application, with its client, store and services."""
        return cast("ColonyApp", self.app)

    def offers(self, action: Action) -> bool:
        """Whether this node has the action's handler; scopes are shared, and a node may offer only some of one."""
        return hasattr(self, f"action_{action.handler}")

    def unavailable(self, action: Action) -> str | None:
        """Say in a sentence why the action cannot be done now; None when it can. For owners to override."""
        del action
        return None

    def refusal(self, action: Action) -> str | None:
        """Say why the action is refused, by read-only mode or by its owner; None when it is allowed."""
        if action.changing and self.colony.read_only:
            return "This session is read-only."
        return self.unavailable(action)

    def action_perform(self, action_id: str) -> None:
        """Carry out an action or say why not. An unexpected error is logged and shown, and the program goes on."""
        action = find_action(action_id)
        if not self.offers(action):
            raise SkipAction
        if reason := self.refusal(action):
            self.colony.warn(reason)
            return
        handler = getattr(self, f"action_{action.handler}")
        if inspect.iscoroutinefunction(handler):
            # The function, not what it returns: a program that is closing starts no worker any more.
            work: WorkType[None] = partial(self._carry_out, handler)
            self.run_worker(work, name=action.id, group="actions", exit_on_error=False)
            return
        try:
            handler()
        except SkipAction:
            raise
        except Exception as error:  # noqa: BLE001 - one broken action must not end the program
            self.colony.show_unexpected(error)

    async def _carry_out(self, handler: Callable[[], Awaitable[object]]) -> None:
        try:
            await handler()
        except Exception as error:  # noqa: BLE001 - as above
            self.colony.show_unexpected(error)
