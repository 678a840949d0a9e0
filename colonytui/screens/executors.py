"""The executors: who works in this colony, in which state, and when each was last heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from colonysdk.objects import Executor, ExecutorState, ProcessState
from colonytui.actions.bindings import bindings
from colonytui.actions.registry import Scope
from colonytui.executors.actions import ExecutorActions
from colonytui.executors.columns import ExecutorContext, executor_columns, executor_fields, executor_text, is_silent
from colonytui.screens.list_place import ListPlace
from colonytui.store.feed import Interest
from colonytui.store.process_list import ListQuery
from colonytui.tables.filters import Field, Filter, FilterError, parse_filter
from colonytui.widgets.filter_bar import FilterBar
from colonytui.widgets.line_table import LineTable

_RUNNING = ListQuery(ProcessState.RUNNING)


class ExecutorsView(ListPlace[Executor], ExecutorActions):
    """The list of executors."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.EXECUTORS)

    def compose(self) -> ComposeResult:
        """Rows and filter."""
        self.add_class("panel")
        store = self.colony.store
        self._cells = ExecutorContext(self.colony.glyphs, store.now, self._running_count)
        self._filter: Filter[Executor] = Filter("")
        self._problem = ""
        self._gone_only = False
        yield LineTable[Executor](
            executor_columns(self._cells), lambda executor: executor.executor_name, store.marks("executors")
        )
        yield FilterBar(self.focus_main)

    # What others ask

    def interest(self) -> Interest:
        """Ask for executors and for what they run."""
        return Interest(frozenset((_RUNNING,)), executors=True)

    def selected_executors(self) -> Sequence[Executor]:
        """The marked executors, or the one under the cursor."""
        return self.selection

    @property
    def filter_fields(self) -> Mapping[str, Field[Executor]]:
        """What filters can ask about."""
        return executor_fields(self._cells)

    # Actions

    @on(LineTable.RowOpened)
    def action_open_executor(self) -> None:
        """Open the executor under the cursor."""
        if (executor := self.table.cursor_row) is not None:
            self.colony.open_executor(executor.executor_name)

    def action_errors_only(self) -> None:
        """Show only executors that cannot or do not work, and back."""
        self._gone_only = not self._gone_only
        self.show_rows()

    # Filter

    def set_filter(self, text: str) -> str:
        """Take over a filter."""
        self._problem = ""
        try:
            self._filter = parse_filter(text, self.filter_fields, executor_text)
        except FilterError as error:
            return str(error)
        return ""

    @property
    def filter_problem(self) -> str:
        """What has turned out to be wrong with the filter."""
        return self._problem

    def clear_filter(self) -> bool:
        """Show all executors again."""
        if not self._gone_only:
            return super().clear_filter()
        self.action_errors_only()
        return True

    # Showing

    def show_rows(self) -> None:
        """Bring rows and titles up to what is known."""
        now = self.colony.store.now()
        try:
            rows = list(self._filter.select(self.colony.store.executors))
        except FilterError as error:
            self._problem, self._filter = str(error), Filter("")
            rows = list(self.colony.store.executors)
        if self._gone_only:
            rows = [one for one in rows if one.state is not ExecutorState.APPROVED or is_silent(one, now)]
        rows.sort(key=lambda executor: (executor.state is ExecutorState.UNREGISTERED, executor.executor_name))
        self.table.set_rows(rows)
        self.table.set_empty_text(self._empty_text())
        self.write_titles()

    def write_titles(self) -> None:
        """Write how many may work above, and how many are shown below."""
        snapshot = self.colony.store.snapshot
        narrowed = f"  /{self._filter.text}" if self._filter.text else ""
        if self._gone_only:
            narrowed += "  silent or not approved"
        title = f"Executors ({snapshot.approved_executors}/{snapshot.registered_executors}){narrowed}"
        self.set_titles(title, self.titled(f"{len(self.table.rows)} of {len(snapshot.executors)}"))

    def _empty_text(self) -> str:
        if self.colony.store.snapshot.taken_at is None:
            return self.no_answer_text()
        if self._filter.text or self._gone_only:
            return "No executor matches. esc to show all."
        return "No executors yet. Start one with: colony-executor docker"

    def _running_count(self, executor: Executor) -> int:
        running = self.colony.store.processes(_RUNNING).ordered
        return sum(process.assigned_executor_id == executor.executor_id for process in running)
