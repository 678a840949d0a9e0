"""The question on quitting while the local colony still has work."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class Leaving(Enum):
    """What to do about the local colony on quitting."""

    STAY = "stay"
    LEAVE_RUNNING = "leave"
    STOP = "stop"


class LeaveLocalScreen(ModalScreen[Leaving]):
    """Asks whether the local colony goes on in the background."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "choose('leave')", show=False),
        Binding("s", "choose('stop')", show=False),
        Binding("escape,n", "choose('stay')", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("left", "app.focus_previous", show=False),
    ]

    def __init__(self, unfinished: int) -> None:
        super().__init__()
        self._unfinished = unfinished

    def compose(self) -> ComposeResult:
        """Say what is unfinished and offer three ways."""
        processes = "1 process is" if self._unfinished == 1 else f"{self._unfinished:,} processes are"
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Leave the local colony running?"
            yield Static(
                Content(
                    f"{processes} not finished on this machine's colony. Left running, it goes on without this window; "
                    "colony-tui comes back to it, and colony-tui down stops it. Stopped, running processes are ended "
                    "and waiting ones stay queued."
                ),
                classes="sentence",
            )
            with Horizontal(classes="buttons"):
                yield Button("Leave running (l)", id="leave", variant="primary")
                yield Button("Stop it (s)", id="stop", variant="error")
                yield Button("Stay here (esc)", id="stay")

    def on_mount(self) -> None:
        """Offer first what loses nothing."""
        self.query_one("#leave").focus()

    def action_choose(self, choice: str) -> None:
        """Close with a choice."""
        self.dismiss(Leaving(choice))

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        self.dismiss(Leaving(event.button.id))
