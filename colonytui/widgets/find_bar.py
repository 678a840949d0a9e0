"""The line in which one types what to find in a log."""

from __future__ import annotations

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
from colonytui.logs.search import InvalidPatternError, LinePattern


class FindBar(Horizontal):
    """Reads a pattern as it is typed; a broken one is told and leaves the last good one in place."""

    DEFAULT_CSS = """
    FindBar {
        dock: bottom;
        height: 1;
        background: $panel;
        display: none;
    }
    FindBar.-open { display: block; }
    FindBar .sign { width: 2; color: $text-accent; text-style: bold; }
    FindBar Input, FindBar Input:focus { width: 1fr; height: 1; border: none; padding: 0; background: $panel; }
    FindBar .options { width: auto; padding: 0 1; color: $text-muted; }
    FindBar.-invalid Input, FindBar.-invalid .options { color: $text-error; }
    """

    class Changed(Message):
        """Another pattern, or another way to apply it."""

        def __init__(self, pattern: LinePattern | None, only_matches: bool) -> None:
            super().__init__()
            self.pattern = pattern
            self.only_matches = only_matches

    class Left(Message):
        """The reader goes back to the log, keeping the pattern or not."""

        def __init__(self, keeps_pattern: bool) -> None:
            super().__init__()
            self.keeps_pattern = keeps_pattern

    def __init__(self) -> None:
        super().__init__()
        self.only_matches = False
        self.match_case = False
        self.is_regex = False

    def compose(self) -> ComposeResult:
        """Yield the sign, the input and the options."""
        yield Static("/", classes="sign")
        yield FindInput()
        yield Static(classes="options")

    def open(self) -> None:
        """Show the bar and type into it."""
        self.add_class("-open")
        self.query_one(FindInput).focus()
        self._apply()

    def close(self, *, keeps_pattern: bool) -> None:
        """Hide the bar."""
        self.remove_class("-open")
        if not keeps_pattern:
            with self.prevent(Input.Changed):
                self.query_one(FindInput).value = ""
            self.only_matches = False

    def change(self, *, only_matches: bool = False, match_case: bool = False, is_regex: bool = False) -> None:
        """Flip the named options."""
        self.only_matches ^= only_matches
        self.match_case ^= match_case
        self.is_regex ^= is_regex
        self._apply()

    @on(Input.Changed)
    def _read(self, event: Input.Changed) -> None:
        event.stop()
        self._apply()

    def _apply(self) -> None:
        typed = self.query_one(FindInput).value
        try:
            pattern = LinePattern.parse(typed, is_regex=self.is_regex, match_case=self.match_case)
        except InvalidPatternError as error:
            self.add_class("-invalid")
            self.query_one(".options", Static).update(Content(str(error)))
            return
        self.remove_class("-invalid")
        self.query_one(".options", Static).update(Content(self._options()))
        self.post_message(self.Changed(pattern, self.only_matches))

    def _options(self) -> str:
        lines = "only matching lines" if self.only_matches else "all lines"
        case = "case counts" if self.match_case else "any case"
        return f"{lines} · {'regex' if self.is_regex else 'text'} · {case}"


class FindInput(Input, ActionHost):
    """The input of the find bar."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.FIND)

    def __init__(self) -> None:
        super().__init__(placeholder="find, ! inverts", select_on_focus=False)

    def action_toggle_only(self) -> None:
        """Show only matching lines, or all."""
        self._bar.change(only_matches=True)

    def action_toggle_case(self) -> None:
        """Let case count, or not."""
        self._bar.change(match_case=True)

    def action_toggle_regex(self) -> None:
        """Read a regular expression, or plain text."""
        self._bar.change(is_regex=True)

    def action_keep(self) -> None:
        """Go back to the log with the pattern."""
        self.post_message(FindBar.Left(keeps_pattern=bool(self.value)))

    def action_close(self) -> None:
        """Go back to the log without a pattern."""
        self.post_message(FindBar.Left(keeps_pattern=False))

    @property
    def _bar(self) -> FindBar:
        return self.query_ancestor(FindBar)
