"""The line in which a filter is typed; it shows at once what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.registry import Scope


class FilterBar(Horizontal, ActionHost):
    """Hidden until it is opened; enter keeps the filter and returns to the rows, esc clears it.

    Argument: `go_to_rows` moves the focus to the rows.
    """

    DEFAULT_CSS = """
    FilterBar {
        height: 1;
        display: none;
        background: $surface;
    }
    FilterBar.-open { display: block; }
    FilterBar .sign { width: 2; color: $text-accent; }
    FilterBar Input, FilterBar Input:focus {
        width: 1fr;
        height: 1;
        border: none;
        padding: 0;
        background: $surface;
    }
    FilterBar .problem { width: auto; max-width: 60%; color: $text-error; padding: 0 1; }
    FilterBar.-invalid Input { color: $text-error; }
    """
    # Before the field gets them: what is typed after them must find the focus on the rows already.
    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.FILTER, priority=True)

    class Changed(Message):
        """The text has changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The user is done with the bar."""

    def __init__(self, go_to_rows: Callable[[], None]) -> None:
        super().__init__()
        self._go_to_rows = go_to_rows

    def compose(self) -> ComposeResult:
        """Sign, field, problem."""
        yield Static("/", classes="sign")
        yield Input(placeholder="train, func:train*, age>1h, !state:failed, re:err|warn", select_on_focus=False)
        yield Static("", classes="problem")

    @property
    def text(self) -> str:
        """What is typed."""
        return self._input.value

    def open(self) -> None:
        """Show the bar and type in it."""
        self.add_class("-open")
        self._input.focus()

    def close(self) -> None:
        """Hide the bar; its text stays."""
        self.remove_class("-open")

    def set_text(self, text: str) -> None:
        """Put a text in the field, as if it were typed."""
        self._input.value = text

    def show_problem(self, problem: str) -> None:
        """Say what is wrong with the text; nothing when it is empty."""
        self.set_class(bool(problem), "-invalid")
        self.query_one(".problem", Static).update(Content(problem))

    def action_clear(self) -> None:
        """Empty the field and leave."""
        self._input.value = ""
        self.action_keep()

    def action_keep(self) -> None:
        """Leave with the filter as it is."""
        self._go_to_rows()
        self.close()
        self.post_message(self.Left())

    @on(Input.Changed)
    def _tell(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @property
    def _input(self) -> Input:
        return self.query_one(Input)
