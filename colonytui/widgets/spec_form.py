"""The fields of the submit form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from colonysdk.errors import Problem
from colonytui.spec.draft import SpecDraft
from colonytui.spec.fields import FIELDS, SpecField


class SpecForm(VerticalScroll, can_focus=False):
    """Shows the fields of a draft; tells of edits and leaves it to its owner to apply them."""

    DEFAULT_CSS = """
    SpecForm { height: 1fr; scrollbar-size-vertical: 1; }
    SpecForm .row { height: 1; }
    SpecForm .label { width: 15; color: $text-muted; }
    SpecForm Input, SpecForm Input:focus { width: 1fr; height: 1; border: none; padding: 0 1; background: $panel; }
    SpecForm Input:focus { background: $primary 30%; }
    SpecForm .note { width: auto; min-width: 2; padding: 0 0 0 1; color: $text-muted; }
    SpecForm .note.-error { color: $text-error; }
    SpecForm .note.-warning { color: $text-warning; }
    """

    class Edited(Message):
        """A field was edited."""

        def __init__(self, field_id: str, text: str) -> None:
            super().__init__()
            self.field_id = field_id
            self.text = text

    def __init__(self) -> None:
        super().__init__()
        self._inputs = {
            field.id: Input(placeholder=field.hint, id=f"field-{field.id}", select_on_focus=False) for field in FIELDS
        }
        self._notes = {field.id: Static(classes="note", id=f"note-{field.id}") for field in FIELDS}
        self._rows = {fields[0].id: Horizontal(classes="row", id=f"row-{fields[0].id}") for fields in _rows()}

    def compose(self) -> ComposeResult:
        """Yield a row for each field, or for two narrow ones."""
        for fields in _rows():
            with self._rows[fields[0].id]:
                for field in fields:
                    yield Static(field.label, classes="label")
                    yield self._inputs[field.id]
                    yield self._notes[field.id]

    def show(self, draft: SpecDraft, *, but: str = "") -> None:
        """Show a draft in all fields but the one that is being typed into."""
        shown = {field.id for field in draft.shown_fields()}
        for field in FIELDS:
            if not field.narrow:
                self._rows[field.id].display = field.id in shown
            if field.id != but:
                entry = self._inputs[field.id]
                text = draft.field_text(field.id)
                if entry.value != text:
                    with entry.prevent(Input.Changed):
                        entry.value = text

    def mark_problems(self, problems: Sequence[Problem], signs: Mapping[str, str], notes: Mapping[str, str]) -> None:
        """Put a sign beside every field with a problem; `signs` by severity, `notes` by field for those without."""
        worst: dict[str, Problem] = {}
        for problem in problems:
            if (field := field_of(problem)) is not None:
                worst.setdefault(field.id, problem)
        for field_id, note in self._notes.items():
            severity = worst[field_id].severity if field_id in worst else ""
            note.set_class(severity == "error", "-error")
            note.set_class(severity == "warning", "-warning")
            note.update(Content(signs[severity] if severity else notes.get(field_id, "")))

    def suggest(self, field_id: str, values: Sequence[str]) -> None:
        """Complete a field from these values; → takes the completion."""
        self._inputs[field_id].suggester = SuggestFromList(values, case_sensitive=False)

    def focus_field(self, field_id: str) -> None:
        """Type into a field."""
        self._inputs[field_id].focus()

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Edited((event.input.id or "").removeprefix("field-"), event.value))


def field_of(problem: Problem) -> SpecField | None:
    """The field that shows the value a problem is about; the most specific one."""
    inside = [field for field in FIELDS if _is_inside(problem.path, field.json_path)]
    return max(inside, key=lambda field: len(field.json_path), default=None)


def _is_inside(path: str, field_path: str) -> bool:
    path, field_path = path.lower(), field_path.lower()
    return path == field_path or path.startswith((f"{field_path}.", f"{field_path}["))


def _rows() -> Iterator[Sequence[SpecField]]:
    waiting: SpecField | None = None
    for field in FIELDS:
        if not field.narrow:
            yield [field]
        elif waiting is None:
            waiting = field
        else:
            yield [waiting, field]
            waiting = None
