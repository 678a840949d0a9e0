"""Why a process waits, what it is doing, or why it failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from colonysdk.errors import ColonyError
from colonysdk.objects import Log, Process, ProcessState
from colonytui.actions.bindings import bindings
from colonytui.actions.registry import Action, Scope
from colonytui.explain.explanation import explain, explanation_text, question
from colonytui.explain.facts import colony_facts
from colonytui.explain.findings import ColonyFacts, Finding, Remedy, Verdict
from colonytui.processes.names import short_id
from colonytui.store.feed import Interest
from colonytui.store.process_list import ListQuery
from colonytui.terminal.glyphs import Glyphs
from colonytui.widgets.finding_list import FindingList
from colonytui.widgets.watching import StoreChanged, StoreWatcher

LOG_ENTRIES = 20
"""How much of the end of the log is shown."""
LOG_SECONDS = 3.0
"""How often the end of a running process's log is read."""


class ExplainScreen(ModalScreen[None], StoreWatcher):
    """Explains one process, and keeps explaining as things change."""

    CSS_PATH = ["dialogs.tcss", "explain.tcss"]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.EXPLAIN)

    def __init__(self, process_id: str) -> None:
        super().__init__()
        self.process_id = process_id
        self._process: Process | None = None
        self._log: Sequence[Log] | None = None

    def compose(self) -> ComposeResult:
        """Yield the findings in a frame."""
        self._dialog = Vertical(classes="dialog")
        self._list = FindingList(_signs(self.colony.glyphs))
        with self._dialog:
            yield self._list

    def on_mount(self) -> None:
        """Explain from what is known, and ask for the rest."""
        self.set_interval(1.0, self._explain)
        self.set_interval(LOG_SECONDS, self._read_log)
        self._take_news()
        self._read_log()
        self.colony.feed.refresh()

    def interest(self) -> Interest:
        """Ask for the process, its parents, the executors, who waits and runs, and what the server says itself."""
        parents = self._process.parents if self._process else []
        is_waiting = self._process is not None and self._process.state is ProcessState.WAITING
        return Interest(
            queries=frozenset({ListQuery(ProcessState.WAITING), ListQuery(ProcessState.RUNNING)}),
            executors=True,
            process_ids=frozenset([self.process_id, *parents[:20]]),
            explained_id=self.process_id if is_waiting else "",
        )

    # Actions

    def unavailable(self, action: Action) -> str | None:
        """Say why this line has nothing to open or to do."""
        if action.id == "explain.open" and (self._current is None or self._current.link is None):
            return "This line is about nothing that could be opened."
        if action.id == "explain.remedy":
            if self._remedy is None:
                return "There is nothing to approve or resume here."
            if self.colony.session.colony_owner is None:
                return "Only the colony's owner may do this, and its key is not at hand (COLONIES_COLONY_PRVKEY)."
        return super().unavailable(action)

    def action_open_object(self) -> None:
        """Go to what the line is about."""
        link = self._current.link if self._current else None
        if link is None:
            return
        self.dismiss()
        if link.kind == "process":
            self.colony.open_process(link.id)
        else:
            self.colony.open_executor(link.id)

    async def action_remedy(self) -> None:
        """Do what the line offers, or what the first line offers that offers anything."""
        remedy = self._remedy
        if remedy is None:
            return
        try:
            if remedy.kind == "approve":
                await self.colony.client.approve_executor(remedy.target)
            else:
                await self.colony.client.resume()
        except ColonyError as error:
            self.colony.show_error(remedy.label, error)
        else:
            self.colony.inform(f"Done: {remedy.label}")
            self.colony.feed.refresh()

    def action_copy_explanation(self) -> None:
        """Copy the explanation as text."""
        if self._process:
            self.colony.copy(explanation_text(self._process, self._list.findings), "explanation")

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()

    # News

    @on(StoreChanged)
    def _take_news(self) -> None:
        process = self.colony.store.process(self.process_id)
        if process is not None:
            has_moved = self._process is None or self._process.state is not process.state
            self._process = process
            if has_moved:
                self._read_log(always=True)
        self._explain()

    def _read_log(self, *, always: bool = False) -> None:
        state = self._process.state if self._process else ProcessState.WAITING
        if state is ProcessState.RUNNING or (always and state is ProcessState.FAILED):
            self._fetch_log()

    @work(exclusive=True, group="log")
    async def _fetch_log(self) -> None:
        try:
            self._log = await self.colony.client.logs(self.process_id, count=LOG_ENTRIES, latest=True)
        except ColonyError:
            # The explanation says that the log is not known, and the header that the server cannot be reached.
            return
        self._explain()

    # Showing

    def _explain(self) -> None:
        dialog, process = self._dialog, self._process
        if process is None:
            dialog.border_title = Content(f"Why is {short_id(self.process_id)} where it is?")
            self._list.show_findings([Finding(Verdict.UNKNOWN, "this process is not known here; looking it up")])
            return
        dialog.border_title = Content(question(process))
        dialog.border_subtitle = Content("enter open · a approve/resume · y copy · esc")
        self._list.show_findings(explain(process, self._facts(process), self._log))

    def _facts(self, process: Process) -> ColonyFacts:
        store = self.colony.store
        facts = colony_facts(store, self.colony.session.colony_name)
        parents = {parent_id: parent for parent_id in process.parents if (parent := store.process(parent_id))}
        return replace(
            facts,
            processes={**facts.processes, **parents},
            explanation=store.snapshot.explanations.get(self.process_id),
        )

    @property
    def _current(self) -> Finding | None:
        return self._list.current

    @property
    def _remedy(self) -> Remedy | None:
        offered = [self._current, *self._list.findings] if self._current else []
        return next((finding.remedy for finding in offered if finding and finding.remedy), None)


def _signs(glyphs: Glyphs) -> dict[Verdict, str]:
    return {Verdict.OK: glyphs.done, Verdict.BAD: glyphs.missing, Verdict.UNKNOWN: "?", Verdict.NEUTRAL: "-"}
