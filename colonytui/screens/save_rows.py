"""Asks where to save the rows of a table."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class SaveRowsScreen(ModalScreen[Path | None]):
    """Reads a file name; its ending decides the format."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def __init__(self, path: Path, count: int) -> None:
        super().__init__()
        self._path = path
        self._count = count

    def compose(self) -> ComposeResult:
        """Offer a file in the present directory."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"Save {self._count:,} rows"
            dialog.border_subtitle = "enter save · esc"
            yield Static(
                Content(f"Into a new file in {Path.cwd()}; its ending decides: .csv, .json or .txt"),
                classes="sentence",
            )
            yield Input(str(self._path))

    @on(Input.Submitted)
    def _save(self, event: Input.Submitted) -> None:
        if name := event.value.strip():
            self.dismiss(Path(name))
