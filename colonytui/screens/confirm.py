"""The question before anything that is hard to undo: it names the objects, and No has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from colonytui.actions.question import Question

_NAMED = 8


class ConfirmScreen(ModalScreen[bool]):
    """Asks a question; y confirms, and everything else that closes it means no."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False),
        Binding("n,q,escape", "answer(False)", show=False),
        Binding("left,right,up,down", "other", show=False),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Name the objects, say what will happen, and offer No first."""
        question = self._question
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = question.title
            if question.objects:
                yield Static(Content(_list(question.objects)), classes="objects")
            if question.consequence:
                yield Static(Content(question.consequence), classes="sentence")
            if question.typed_answer:
                yield Static(Content(f"Type {question.typed_answer} and press enter to confirm."), classes="sentence")
                yield Input(id="number", max_length=len(question.typed_answer))
            with Horizontal(classes="buttons"):
                yield Button("No (n)", id="no")
                if not question.typed_answer:
                    yield Button(f"{question.verb} (y)", id="yes", variant="error")

    def on_mount(self) -> None:
        """Keep a hasty enter harmless."""
        self.query_one("#number" if self._question.typed_answer else "#no").focus()

    def action_answer(self, confirmed: bool) -> None:
        """Close with an answer; y does nothing when a number must be typed."""
        if not (confirmed and self._question.typed_answer):
            self.dismiss(confirmed)

    def action_other(self) -> None:
        """Move to the other button."""
        self.focus_next()

    @on(Button.Pressed)
    def _choose(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    @on(Input.Submitted)
    def _check(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._question.typed_answer:
            self.dismiss(True)
        else:
            event.input.value = ""

    def on_click(self, event: events.Click) -> None:
        """Take a click beside the dialog as no."""
        if event.widget is self:
            self.dismiss(False)


def _list(objects: Sequence[str]) -> str:
    lines = [f"  {name}" for name in objects[:_NAMED]]
    if len(objects) > _NAMED:
        lines.append(f"  and {len(objects) - _NAMED:,} more")
    return "\n".join(lines)
