"""Asks where to save a log, and how much of it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from colonytui.explain.findings import plural


class SaveChoice(NamedTuple):
    """What to save where."""

    path: Path
    saves_all: bool


class SaveLogScreen(ModalScreen[SaveChoice | None]):
    """A file name and two buttons: what is shown, or everything."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def __init__(self, path: Path, shown_count: int, count: int) -> None:
        super().__init__()
        self._path = path
        self._shown_count = shown_count
        self._count = count

    def compose(self) -> ComposeResult:
        """Offer a file in the present directory."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Save the log"
            dialog.border_subtitle = "enter save shown · tab choose · esc"
            yield Static(Content(f"Plain text with times, into a new file in {Path.cwd()}"), classes="sentence")
            yield Input(str(self._path))
            with Horizontal(classes="buttons"):
                yield Button(f"Shown: {plural(self._shown_count, 'line')}", id="shown", variant="primary")
                if self._shown_count != self._count:
                    yield Button(f"All: {plural(self._count, 'line')}", id="all")

    @on(Input.Submitted)
    def _save_shown(self) -> None:
        self._close(saves_all=False)

    @on(Button.Pressed)
    def _save(self, event: Button.Pressed) -> None:
        self._close(saves_all=event.button.id == "all")

    def _close(self, *, saves_all: bool) -> None:
        name = self.query_one(Input).value.strip()
        if name:
            self.dismiss(SaveChoice(Path(name), saves_all))
