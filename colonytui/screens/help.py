"""Help: a sentence for every key that works here, the nearest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from colonytui.actions.available import AvailableAction
from colonytui.actions.registry import Scope, shown_key

_KEYS_WIDTH = 14

FILTER_HELP: Mapping[str, str] = {
    "train": "text in any column; a capital makes case matter",
    "func:train*": "a field's whole value, * for anything",
    "age>1h run>10m": "comparisons, and several terms at once",
    "!label:/exp*": "not",
    "gpu|slurm": "one or the other",
    "re:err|warn": "a regular expression",
}


class HelpScreen(ModalScreen[None]):
    """Lists actions by where they work; those that cannot be done now say why."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
    ]

    def __init__(self, actions: Sequence[AvailableAction], fields: Mapping[str, str]) -> None:
        super().__init__()
        self._actions = actions
        self._fields = fields

    def compose(self) -> ComposeResult:
        """One section for each scope, then the filter language."""
        sections: dict[Scope, list[Content]] = {}
        for available in self._actions:
            sections.setdefault(available.action.scope, []).append(_line(available))
        with Vertical(classes="dialog help") as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = "j k scroll · esc"
            with VerticalScroll(classes="details"):
                for scope, lines in sections.items():
                    yield Static(_section(scope.value, lines))
                if self._fields:
                    yield Static(_section("Filter, after /", [_pair(*item) for item in FILTER_HELP.items()]))
                    yield Static(_section("Fields", [_pair(*item) for item in self._fields.items()]))

    def action_scroll(self, lines: int) -> None:
        """Scroll the list."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def _section(title: str, lines: Sequence[Content]) -> Content:
    return Content("\n").join([Content.styled(title, "bold $text-primary"), *lines, Content("")])


def _line(available: AvailableAction) -> Content:
    action, reason = available.action, available.refusal
    keys = " ".join(shown_key(key) for key in action.keys)
    return Content.assemble(
        (f"  {keys:<{_KEYS_WIDTH}}", "$text-disabled" if reason else "$text-accent"),
        (action.sentence, "$text-disabled" if reason else ""),
        (f"\n{'':<{_KEYS_WIDTH + 2}}{reason}" if reason else "", "$text-warning"),
    )


def _pair(written: str, meaning: str) -> Content:
    return Content.assemble((f"  {written:<{_KEYS_WIDTH}}", "$text-accent"), meaning)
