"""What was submitted, and the way to it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.registry import Scope
from colonytui.logs.text import plain


class SubmittedBar(Static, ActionHost, can_focus=True):
    """One line with the id of the submitted process; enter opens it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.SUBMITTED)
    DEFAULT_CSS = """
    SubmittedBar { height: 1; padding: 0 2; background: $success 30%; display: none; }
    SubmittedBar:focus { text-style: bold; }
    """

    process_id = ""

    def show(self, process_id: str, name: str) -> None:
        """Show a process and take the focus."""
        self.process_id = process_id
        self.update(Content(f"{self.colony.glyphs.done} submitted {plain(name)}    enter opens it · esc goes back"))
        self.display = True
        self.focus()

    def action_open_submitted(self) -> None:
        """Leave the form for the process."""
        process_id = self.process_id
        self.app.pop_screen()
        self.colony.open_process(process_id)
