"""A long text in front of the screen, to read and to copy."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.registry import Scope
from colonytui.logs.buffer import LogBuffer, LogLine
from colonytui.logs.text import split_lines
from colonytui.widgets.log_gutter import Times
from colonytui.widgets.log_view import LogView


class TextPopup(ModalScreen[None], ActionHost):
    """Shows a text, wrapped."""

    CSS_PATH = "dialogs.tcss"
    DEFAULT_CSS = """
    TextPopup .dialog { width: 90%; height: 80%; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.POPUP)

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Yield the text in a frame."""
        buffer = LogBuffer()
        buffer.append(LogLine(line, 0) for line in split_lines(self._text))
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = "y copy · w wrap · esc"
            view = LogView(buffer, self.colony.store.now)
            view.set_reactive(LogView.follow, False)
            yield view

    def on_mount(self) -> None:
        """Show the text alone, wrapped."""
        view = self.query_one(LogView)
        view.times, view.wrap = Times.OFF, True

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or not."""
        view = self.query_one(LogView)
        view.wrap = not view.wrap

    def action_copy_text(self) -> None:
        """Copy the whole text."""
        self.colony.copy(self._text, "text")

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
