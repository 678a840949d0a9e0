"""The submit form: fields and JSON text of one specification, checked while it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import TextArea

from colonysdk.errors import ColonyError, InvalidSpec, Problem, Unreachable
from colonysdk.objects import Function, FunctionSpec, Process
from colonysdk.specs.reading import MAX_SPEC_CHARACTERS
from colonytui.actions.bindings import bindings
from colonytui.actions.question import Question
from colonytui.actions.registry import Action, Scope
from colonytui.explain.facts import colony_facts
from colonytui.jsontext.places import json_lines
from colonytui.processes.names import process_name, short_id
from colonytui.screens.frame import FrameScreen
from colonytui.spec.draft import SpecDraft, compact_spec, to_text
from colonytui.spec.facts import colony_problems, matching_executors
from colonytui.spec.templates import FIRST, TEMPLATES, earlier_templates
from colonytui.store.feed import Interest
from colonytui.terminal.external_editor import EditorError, edit_text
from colonytui.widgets.problem_list import ProblemList, summary
from colonytui.widgets.spec_editor import SpecEditor
from colonytui.widgets.spec_form import SpecForm, field_of
from colonytui.widgets.submitted_bar import SubmittedBar
from colonytui.widgets.watching import StoreChanged, StoreWatcher

CHECK_SECONDS = 0.2
"""How long typing must rest before the specification is checked."""

_LONGEST_MARKED_TEXT = 200_000
_LEAVE_DIRTY = Question("Leave the form?", "Leave it", (), "What you have written is lost.")
_LEAVE_SENDING = Question(
    "Leave before the server has answered?", "Leave it", (), "It may be submitted or not; the process list will tell."
)
_AGAIN = Question("Submit the same again?", "Submit again", (), "Nothing was changed since it was submitted.")


class SubmitScreen(FrameScreen, StoreWatcher):
    """Writes one specification; begins with the given one, or with a template."""

    CSS_PATH = "submit.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.SUBMIT)

    def __init__(self, initial_spec: FunctionSpec | None = None) -> None:
        super().__init__()
        self.draft = SpecDraft(compact_spec(initial_spec) if initial_spec else deepcopy(FIRST.data))
        self.problems: Sequence[Problem] = ()
        self._functions: Sequence[Function] | None = None
        self._check_due: Timer | None = None
        self._is_sending = False
        self._submitted_text = ""

    def compose_body(self) -> ComposeResult:
        """Yield form and text side by side, and the problems below."""
        self._form, self._editor = SpecForm(), SpecEditor(self.draft.text)
        self._problem_list, self._submitted_bar = ProblemList(), SubmittedBar()
        with Horizontal(id="submit"):
            with Vertical(id="form-pane", classes="panel") as form:
                form.border_title = "Submit"
                yield self._form
            with Vertical(id="json-pane", classes="panel") as text:
                text.border_title = "JSON"
                yield self._editor
        yield self._problem_list
        yield self._submitted_bar

    def on_mount(self) -> None:
        """Show the beginning, and ask what the executors offer."""
        self._form.show(self.draft)
        self._form.focus_field("funcname")
        self._learn_functions()
        self._take_news()

    def interest(self) -> Interest:
        """Ask for the executors, which decide who could take the process."""
        return Interest(executors=True)

    async def may_leave(self) -> bool:
        """Ask before edits are lost, and before nobody waits for the answer any more."""
        if self._is_sending:
            return await self.colony.confirm(_LEAVE_SENDING)
        return not self.draft.is_dirty or await self.colony.confirm(_LEAVE_DIRTY)

    def unavailable(self, action: Action) -> str | None:
        """Say why it cannot be submitted."""
        if action.id == "submit.send" and self._is_sending:
            return "It is on its way."
        return super().unavailable(action)

    # Actions

    async def action_send(self) -> None:
        """Submit, unless there are errors."""
        self._check()
        try:
            spec = self.draft.build(self.colony.session.colony_name)
        except InvalidSpec as error:
            self.colony.warn(f"Not submitted: {summary(error.problems)}. {error.problems[0]}")
            self._go_to(error.problems[0])
            return
        if self.draft.text == self._submitted_text and not await self.colony.confirm(_AGAIN):
            return
        self._is_sending = True
        self._show_state()
        try:
            process = await self.colony.client.submit(spec)
        except Unreachable as error:
            self.colony.warn(f"No answer ({error}). It may have been submitted all the same: look before trying again.")
        except ColonyError as error:
            self.colony.show_error("submit", error)
        else:
            self._submitted(process)
        finally:
            self._is_sending = False
            self._show_state()

    def action_switch_view(self) -> None:
        """Go from the fields to the text, or back."""
        shows_json = not self._editor.has_focus
        self.set_class(shows_json, "-json")
        if shows_json:
            self._editor.focus()
        else:
            self._form.focus_field("funcname")

    async def action_load_file(self) -> None:
        """Ask for a file and take its text over."""
        from colonytui.screens.load_file import LoadFileScreen

        path: Path | None = await self.app.push_screen_wait(LoadFileScreen())
        if path is None:
            return
        try:
            text = await asyncio.to_thread(_read, path)
        except (OSError, UnicodeDecodeError) as error:
            self.colony.warn(f"Cannot load {path}: {error}")
        else:
            self._take_text(text)
            self.colony.inform(f"Loaded {path}")

    def action_open_editor(self) -> None:
        """Edit the text in the user's editor."""
        try:
            with self.app.suspend():
                text = edit_text(self.draft.text)
        except SuspendNotSupported:
            self.colony.warn("An editor cannot be opened from here.")
        except EditorError as error:
            self.colony.warn(str(error))
        else:
            self._take_text(text)
        self.app.refresh()

    async def action_templates(self) -> None:
        """Choose what to start from."""
        from colonytui.screens.templates import TemplateScreen

        chosen = await self.app.push_screen_wait(
            TemplateScreen(TEMPLATES, earlier_templates(self.colony.store.known_processes()))
        )
        if chosen is not None:
            self._take_text(to_text(chosen))

    # Edits

    @on(SpecForm.Edited)
    def _field_edited(self, message: SpecForm.Edited) -> None:
        if self.draft.set_field(message.field_id, message.text):
            self._editor.show_text(self.draft.text)
            self._form.show(self.draft, but=message.field_id)
        self._check_soon()

    @on(TextArea.Changed)
    def _text_edited(self) -> None:
        if self.draft.set_text(self._editor.text):
            self._form.show(self.draft)
        self._check_soon()

    def _take_text(self, text: str) -> None:
        self._editor.show_text(text)
        self.draft.set_text(text)
        self._form.show(self.draft)
        self._check()

    # Checking

    @on(StoreChanged)
    def _take_news(self) -> None:
        types = sorted({executor.executor_type for executor in self.colony.store.executors})
        self._form.suggest("executortype", types)
        self._check()

    @work(group="functions")
    async def _learn_functions(self) -> None:
        try:
            self._functions = await self.colony.client.functions()
        except ColonyError:
            # Without the functions, one warning fewer can be given.
            return
        self._check()

    def _check_soon(self) -> None:
        self._submitted_bar.display = False
        if self._check_due:
            self._check_due.stop()
        self._check_due = self.set_timer(CHECK_SECONDS, self._check)

    def _check(self) -> None:
        problems, notes = self.draft.problems(), {}
        if not any(problem.severity == "error" for problem in problems):
            spec = self.draft.build(self.colony.session.colony_name)
            facts = colony_facts(self.colony.store, self.colony.session.colony_name)
            problems = [*problems, *colony_problems(spec, facts, self._functions)]
            notes["executortype"] = matching_executors(spec, facts)
        self.problems = problems
        self._form.mark_problems(problems, self._signs, notes)
        self._show_state()

    def _show_state(self) -> None:
        if not self.is_attached:
            return
        text = self.draft.text
        lines = json_lines(text) if len(text) <= _LONGEST_MARKED_TEXT and text.lstrip().startswith("{") else {}
        self._problem_list.show_problems(self.problems, lines, self._signs)
        marked = {lines[problem.path] for problem in self.problems if problem.path != "$" and problem.path in lines}
        self._editor.mark_problems(marked)
        state = "submitting…" if self._is_sending else summary(self.problems)
        for pane in self.query(".panel"):
            pane.border_subtitle = Content(f"{state} · ^j submit · f2 form/JSON")

    def _go_to(self, problem: Problem) -> None:
        field = field_of(problem)
        if field and not self._editor.has_focus:
            self._form.focus_field(field.id)

    # After submitting

    def _submitted(self, process: Process) -> None:
        self.draft.mark_saved()
        self._submitted_text = self.draft.text
        self.colony.store.note_server_time(process.submission_time)
        self.colony.store.put_process(process)
        self._submitted_bar.show(process.process_id, f"{short_id(process.process_id)} {process_name(process)}")
        self.colony.feed.refresh()

    @property
    def _signs(self) -> Mapping[str, str]:
        return {"error": self.colony.glyphs.missing, "warning": "!"}


def _read(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(MAX_SPEC_CHARACTERS + 1)
