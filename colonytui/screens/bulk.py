"""The progress of an action on many objects, then its results; those that failed can be tried again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import ProgressBar, Static

from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.bulk import BulkResult, BulkRun, Outcome
from colonytui.actions.registry import Action, Scope
from colonytui.terminal.tones import Tone, tone_style

_TONES = {Outcome.DONE: Tone.GOOD, Outcome.FAILED: Tone.BAD, Outcome.STOPPED: Tone.WARN}
_NAME_WIDTH = 16


class BulkScreen(ModalScreen[None], ActionHost):
    """Runs an action on every object; esc stops it first and closes it then."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Scope.BULK),
        Binding("escape,q,enter", "close", show=False),
    ]

    def __init__(self, verb: str, ids: Sequence[str], act: Callable[[str], Awaitable[str]]) -> None:
        super().__init__()
        self._verb = verb
        self._act = act
        self._bulk = BulkRun(ids, act, self._show_progress)
        self._results: Sequence[BulkResult] = ()

    def compose(self) -> ComposeResult:
        """Progress above, results below."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"{self._verb.capitalize()} {len(self._bulk.ids)}"
            yield Static(id="progress")
            yield ProgressBar(total=len(self._bulk.ids), show_eta=False)
            with VerticalScroll(classes="details"):
                yield Static(id="results")

    def on_mount(self) -> None:
        """Begin."""
        self._start(self._bulk.ids)

    def unavailable(self, action: Action) -> str | None:
        """Say why there is nothing to stop or to try again."""
        if action.id == "bulk.stop" and self._results:
            return "It is over already."
        if action.id == "bulk.retry_failed" and not self._failed_ids:
            return "Nothing failed." if self._results else "It is still under way."
        return None

    def action_stop(self) -> None:
        """Start no more."""
        self._bulk.stop()

    def action_retry_failed(self) -> None:
        """Try those again that failed or were not tried."""
        self._start(self._failed_ids)

    def action_close(self) -> None:
        """Stop when it is under way, else close."""
        if self._results:
            self.dismiss()
        else:
            self._bulk.stop()

    def _start(self, ids: Sequence[str]) -> None:
        self._results = ()
        self._bulk = BulkRun(ids, self._act, self._show_progress)
        self.query_one(ProgressBar).update(total=len(ids), progress=0)
        self.query_one("#results", Static).update(Content(""))
        self._show_progress()
        self.run_worker(self._run(), exclusive=True, exit_on_error=False)

    async def _run(self) -> None:
        self._results = await self._bulk.run()
        if not self._failed_ids:
            self.colony.inform(f"{self._verb}: {len(self._results)} done")
        lines = [_line(result) for result in self._results]
        self.query_one("#results", Static).update(Content("\n").join(lines))
        self._show_progress()

    def _show_progress(self) -> None:
        done, failed = len(self._bulk.results), self._bulk.count(Outcome.FAILED)
        text = f"{self._verb} {done}/{len(self._bulk.ids)}, {failed} failed"
        self.query_one("#progress", Static).update(Content(text))
        self.query_one(ProgressBar).update(progress=done)
        hint = "r try failed again · esc close" if self._failed_ids else "esc close" if self._results else "esc stop"
        self.query_one(".dialog").border_subtitle = hint

    @property
    def _failed_ids(self) -> list[str]:
        return [result.id for result in self._results if result.outcome is not Outcome.DONE]


def _line(result: BulkResult) -> Content:
    return Content.assemble(
        (f"{result.name:<{_NAME_WIDTH}} ", "$text-accent"),
        (f"{result.outcome.value:<9} ", tone_style(_TONES[result.outcome])),
        result.message,
    )
