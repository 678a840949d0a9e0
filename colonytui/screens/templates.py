"""The specifications that one can start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from colonytui.spec.templates import Template


class TemplateScreen(ModalScreen[dict[str, Any] | None]):
    """Lists templates, then earlier submissions."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f5", "dismiss", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, templates: Sequence[Template], earlier: Sequence[Template]) -> None:
        super().__init__()
        self._choices = [*templates, *earlier]
        self._template_count = len(templates)

    def compose(self) -> ComposeResult:
        """One line for each."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Start from"
            dialog.border_subtitle = "enter take · esc"
            options: list[Option | None] = [Option(_line(choice)) for choice in self._choices]
            if len(options) > self._template_count:
                options.insert(self._template_count, None)
            yield OptionList(*options)

    def action_move(self, steps: int) -> None:
        """Move as in tables."""
        options = self.query_one(OptionList)
        if steps > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index].data)


def _line(choice: Template) -> Content:
    return Content.assemble((f"{choice.name:<16}", "bold"), (choice.sentence, "$text-muted"))
