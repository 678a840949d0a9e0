"""Asks for a file to load."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

_MOST_ENTRIES = 1_000


class LoadFileScreen(ModalScreen[Path | None]):
    """A file name, completed as it is typed."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def compose(self) -> ComposeResult:
        """Ask in one line."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Load a specification"
            dialog.border_subtitle = "→ complete · enter load · esc"
            yield Static(Content(f"JSON or YAML, from {Path.cwd()} or by an absolute path"), classes="sentence")
            yield Input(placeholder="examples/echo.json", suggester=_PathSuggester())

    @on(Input.Submitted)
    def _load(self, event: Input.Submitted) -> None:
        if name := event.value.strip():
            self.dismiss(Path(name).expanduser())


class _PathSuggester(Suggester):
    """Completes the names of files and directories."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        start, slash, prefix = value.rpartition("/")
        if not prefix and not slash:
            return None
        directory = Path(f"{start}{slash}" or ".").expanduser()
        try:
            names = sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name
                for _, entry in zip(range(_MOST_ENTRIES), directory.iterdir(), strict=False)
                if entry.name.startswith(prefix)
            )
        except OSError:
            return None
        return f"{start}{slash}{names[0]}" if names else None
