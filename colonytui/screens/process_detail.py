"""One process: its overview, specification, output and attributes in tabs, and its log below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import ContentSwitcher

from colonysdk.objects import Process, ProcessState
from colonytui.actions.bindings import bindings
from colonytui.actions.registry import Action, Scope
from colonytui.explain.facts import colony_facts
from colonytui.explain.findings import ColonyFacts
from colonytui.processes.actions import ProcessActions
from colonytui.processes.names import short_id
from colonytui.processes.overview import OverviewContext, process_overview, process_title
from colonytui.processes.values import tab_value
from colonytui.screens.frame import FrameScreen
from colonytui.store.feed import Interest
from colonytui.store.process_list import ListQuery
from colonytui.terminal.tones import Cell, Tone, tone_style
from colonytui.widgets.cell_lines import CellLines
from colonytui.widgets.json_view import JsonView
from colonytui.widgets.log_pane import LogPane
from colonytui.widgets.tab_strip import TabLabel, TabStrip
from colonytui.widgets.watching import StoreChanged, StoreWatcher

TABS = (
    TabLabel("overview", "Overview"),
    TabLabel("spec", "Spec"),
    TabLabel("conditions", "Conditions", short="Cond"),
    TabLabel("output", "Output/Errors", short="Out"),
    TabLabel("attributes", "Attributes", short="Attr"),
    TabLabel("logs", "Log"),
)
_EMPTY_TEXTS = {
    "spec": "",
    "conditions": "",
    "output": "No output and no errors so far.",
    "attributes": "No attributes.",
}
_MOST_RELATIVES = 20
_LINE_QUERIES = frozenset({ListQuery(ProcessState.WAITING), ListQuery(ProcessState.RUNNING)})
"""What explains a waiting process: who is in line, and who is busy."""


class ProcessDetailScreen(FrameScreen, ProcessActions, StoreWatcher):
    """Follows one process; `siblings` are the ids of the list behind it, for stepping through them."""

    CSS_PATH = "process_detail.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.DETAIL)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-short"), (24, "-medium"), (34, "-high")]  # noqa: RUF012 - as there

    def __init__(self, process_id: str, *, siblings: Sequence[str] = (), tab: str = "overview") -> None:
        super().__init__()
        self.process_id = process_id
        self.tab = tab
        self._siblings = tuple(siblings) or (process_id,)
        self._process: Process | None = None
        self._shows_secrets = False
        self._is_raw = False

    def compose_body(self) -> ComposeResult:
        """Yield the tabs and the log."""
        self._frame, self._tabs = Vertical(id="detail", classes="panel"), TabStrip()
        self._switcher, self._overview = ContentSwitcher(initial="overview"), CellLines(id="overview")
        self._values = {tab: JsonView(id=tab, empty_text=text) for tab, text in _EMPTY_TEXTS.items()}
        self._log = LogPane(self.process_id)
        with self._frame:
            yield self._tabs
            with self._switcher:
                yield self._overview
                yield from self._values.values()
        yield self._log

    def on_mount(self) -> None:
        """Show what is known already, and let the clock run."""
        self._tabs.labels = TABS
        self.set_interval(1.0, self._tick)
        self._opened_at = self.colony.store.clock.now()
        self._show_tab(self.tab)
        self._take_news()

    # What others ask

    def interest(self) -> Interest:
        """Ask for the process and its relatives, and while it waits for the line and what the server says of it."""
        process = self._process
        relatives = [*process.parents, *process.children] if process else []
        is_waiting = process is not None and process.state is ProcessState.WAITING
        return Interest(
            queries=_LINE_QUERIES if is_waiting else frozenset(),
            executors=True,
            process_ids=frozenset([self.process_id, *relatives[:_MOST_RELATIVES]]),
            explained_id=self.process_id if is_waiting else "",
        )

    def selected_processes(self) -> Sequence[Process]:
        """The process itself."""
        return [self._process] if self._process else []

    def sibling_ids(self) -> Sequence[str]:
        """The list behind it."""
        return self._siblings

    def unavailable(self, action: Action) -> str | None:
        """Say why an action does not fit this process."""
        if action.id == "detail.executor" and not (self._process and self._process.assigned_executor_id):
            return "No executor has it."
        if action.id in ("detail.next", "detail.previous") and len(self._siblings) == 1:
            return "There is no other process in the list behind."
        return super().unavailable(action)

    # Actions

    def action_next_tab(self) -> None:
        """Go to the tab on the right."""
        self._show_tab(self._tabs.neighbour(1))

    def action_previous_tab(self) -> None:
        """Go to the tab on the left."""
        self._show_tab(self._tabs.neighbour(-1))

    def action_next_process(self) -> None:
        """Go to the next process of the list behind."""
        self._step(1)

    def action_previous_process(self) -> None:
        """Go to the previous process of the list behind."""
        self._step(-1)

    def action_open_executor(self) -> None:
        """Go to the executor."""
        executor = self.colony.store.executor(self._process.assigned_executor_id) if self._process else None
        if executor is None:
            self.colony.warn("Its executor is not known.")
        else:
            self.colony.open_executor(executor.executor_name)

    def action_toggle_raw(self) -> None:
        """Show JSON as text, or as a tree."""
        self._is_raw = not self._is_raw
        for view in self._values.values():
            view.raw = self._is_raw

    def action_toggle_secrets(self) -> None:
        """Show or mask what looks like a secret."""
        self._shows_secrets = not self._shows_secrets
        self._show_process()
        self.colony.inform("Secrets are shown." if self._shows_secrets else "Secrets are masked.")

    def action_filter(self) -> None:
        """Find in the log."""
        self._show_tab("logs")
        self._log.action_find()

    def action_zoom(self) -> None:
        """Give the focused half the whole screen, and back."""
        has_log = self._log.has_focus_within
        self.set_class(not self.has_class("-only-log") and has_log, "-only-log")
        self.set_class(not self.has_class("-only-tabs") and not has_log, "-only-tabs")

    # News

    @on(StoreChanged)
    def _take_news(self) -> None:
        process = self.colony.store.process(self.process_id)
        if process is not None:
            self._process = process
            if process.state.is_final:
                self._log.finish()
        self._show_process()
        self.colony.refresh_footer()

    @on(TabStrip.Chosen)
    def _choose_tab(self, message: TabStrip.Chosen) -> None:
        self._show_tab(message.tab_id)

    def on_resize(self) -> None:
        """Fit the bars."""
        self._show_process()

    def _tick(self) -> None:
        if self.is_current and self.tab in ("overview", "logs"):
            self._show_process()

    # Showing

    def _step(self, steps: int) -> None:
        at = self._siblings.index(self.process_id) if self.process_id in self._siblings else 0
        self.process_id = self._siblings[(at + steps) % len(self._siblings)]
        self._process, self._opened_at = None, self.colony.store.clock.now()
        self._log.read(self.process_id)
        self._take_news()
        self.colony.feed.refresh()

    def _show_tab(self, tab_id: str) -> None:
        self.tab = tab_id
        self._tabs.current = tab_id
        self.set_class(tab_id == "logs", "-log")
        self.set_class(tab_id == "overview", "-overview")
        if tab_id == "logs":
            self._log.view.focus()
        else:
            self._switcher.current = tab_id
            (self._values.get(tab_id) or self._overview).focus()
        self._show_process()

    def _show_process(self) -> None:
        if not self.is_mounted:
            return
        process, store = self._process, self.colony.store
        frame = self._frame
        if process is None:
            frame.border_title = Content(short_id(self.process_id))
            self._overview.show([(Cell(self._missing_text(), Tone.WARN),)])
            return
        now, glyphs = store.now(), self.colony.glyphs
        cells = process_title(process, now, glyphs)
        frame.border_title = Content.assemble(*((cell.text, tone_style(cell.tone)) for cell in cells))
        frame.border_subtitle = Content(self._note(process))
        if self.tab == "overview":
            context = OverviewContext(self._facts(process), glyphs, self.size.width - 4)
            self._overview.show(process_overview(process, context))
        elif self.tab != "logs":
            self._values[self.tab].show(tab_value(self.tab, process, shows_secrets=self._shows_secrets))

    def _facts(self, process: Process) -> ColonyFacts:
        store = self.colony.store
        facts = colony_facts(store, self.colony.session.colony_name)
        relatives = {key: found for key in (*process.parents, *process.children) if (found := store.process(key))}
        explanation = store.snapshot.explanations.get(process.process_id)
        return replace(facts, processes={**facts.processes, **relatives}, explanation=explanation)

    def _missing_text(self) -> str:
        taken_at = self.colony.store.snapshot.taken_at
        if taken_at is not None and taken_at > self._opened_at:
            return "The server does not know this process. esc goes back."
        return "Looking it up…"

    def _note(self, process: Process) -> str:
        is_gone = self.colony.store.process(process.process_id) is None
        place = (
            f"{self._siblings.index(self.process_id) + 1} of {len(self._siblings)}  {{ }}"
            if len(self._siblings) > 1
            else ""
        )
        return "its record was removed" if is_gone else place
