"""A text to copy by hand, for terminals and sizes where no clipboard can be reached."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea


class CopyByHandScreen(ModalScreen[None]):
    """Shows a text, all of it selected."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", show=False)]

    def __init__(self, what: str, text: str) -> None:
        super().__init__()
        self._what = what
        self._text = text

    def compose(self) -> ComposeResult:
        """Title and text."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"Copy the {self._what} by hand"
            dialog.border_subtitle = "shift and mouse select · esc"
            yield TextArea(self._text, read_only=True)

    def on_mount(self) -> None:
        """Select everything."""
        area = self.query_one(TextArea)
        area.focus()
        area.select_all()
