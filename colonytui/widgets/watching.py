"""How widgets learn of news: the store's changes arrive as messages, in the widget's own turn."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from colonytui.actions.bindings import ActionHost
from colonytui.store.store import Change


class StoreChanged(Message, bubble=False):
    """The store has changed."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change

    def can_replace(self, message: Message) -> bool:
        """Let later news of the same kind stand for earlier ones that wait in the queue."""
        return isinstance(message, StoreChanged) and message.change in self.change


class StoreWatcher(ActionHost):
    """A node that receives `StoreChanged` while it is mounted."""

    _unsubscribe: Callable[[], None] | None = None

    def on_mount(self) -> None:
        """Listen from now on."""
        self._unsubscribe = self.colony.store.subscribe(self._tell)

    def on_unmount(self) -> None:
        """Listen no more."""
        if self._unsubscribe is not None:
            self._unsubscribe()

    def _tell(self, change: Change) -> None:
        self.post_message(StoreChanged(change))
