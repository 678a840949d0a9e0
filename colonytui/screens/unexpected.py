"""The panel for an error that should not happen: what it was, where its details are, and how to pass them on."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from colonytui.actions.bindings import ActionHost
from colonytui.crash import report_text


class UnexpectedScreen(ModalScreen[None], ActionHost):
    """Shows an unexpected error; the program goes on behind it."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False),
        Binding("y", "copy_report", show=False),
    ]

    def __init__(self, error: Exception, report: Path | None) -> None:
        super().__init__()
        self._error = error
        self._report = report

    def compose(self) -> ComposeResult:
        """Name the error and the file."""
        where = f"The details are in {self._report}" if self._report else "The details could not be written to a file."
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Something unexpected happened"
            dialog.border_subtitle = "y copy details · esc go on"
            yield Static(Content(f"{type(self._error).__name__}: {self._error}"), classes="objects")
            yield Static(Content(f"{where}\nThe program goes on; what you were doing may not be done."))
            with VerticalScroll(classes="details"):
                yield Static(Content(report_text(self._error)))

    def action_copy_report(self) -> None:
        """Copy the traceback with the versions."""
        self.colony.copy(report_text(self._error), "error report")
