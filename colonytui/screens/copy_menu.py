"""The menu of what can be copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from colonytui.processes.copies import Copy

_PREVIEW = 50


class CopyMenu(ModalScreen[Copy | None]):
    """Lists what can be copied with the beginning of each text."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, copies: Sequence[Copy]) -> None:
        super().__init__()
        self._copies = copies

    def compose(self) -> ComposeResult:
        """One line for each."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Copy"
            dialog.border_subtitle = "enter copy · esc"
            yield OptionList(*(Option(_line(copy)) for copy in self._copies))

    def action_move(self, steps: int) -> None:
        """Move as in tables."""
        options = self.query_one(OptionList)
        if steps > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._copies[event.option_index])


def _line(copy: Copy) -> Content:
    text = " ".join(copy.text.split())
    return Content.assemble((f"{copy.name:<14}", "bold"), (text[:_PREVIEW], "$text-muted"))
