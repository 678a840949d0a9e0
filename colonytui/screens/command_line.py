"""The command line at the bottom of the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from colonytui.actions.command_line import Command, parse_command


class CommandLineScreen(ModalScreen[Command | None]):
    """Reads one command; → takes over the completion, esc leaves."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def __init__(self, complete: Callable[[str], list[str]]) -> None:
        super().__init__()
        self._complete = complete

    def compose(self) -> ComposeResult:
        """Colon, field, problem."""
        with Horizontal(id="command-line"):
            yield Static(":", classes="sign")
            yield Input(suggester=_Completer(self._complete), placeholder="proc a91f, failed train, exec gpu-1, q")
            yield Static("", classes="problem")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def action_complete(self) -> None:
        """Take over the completion."""
        self.query_one(Input).action_cursor_right()

    @on(Input.Submitted)
    def _run(self, event: Input.Submitted) -> None:
        try:
            command = parse_command(event.value)
        except ValueError as error:
            self.query_one(".problem", Static).update(Content(str(error)))
        else:
            self.dismiss(command)


class _Completer(Suggester):
    def __init__(self, complete: Callable[[str], list[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """The first completion of what is typed."""
        return next(iter(self._complete(value)), None) if value else None
