"""The executors: who works in this colony, in which state, and when each was last heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType

from colonysdk.objects import Executor, ExecutorState, ProcessState
from colonytui.actions import Scope
from colonytui.bindings import bindings
from colonytui.executor_actions import ExecutorActions
from colonytui.executor_columns import (
    ExecutorContext,
    executor_columns,
    executor_fields,
    executor_text,
    is_silent,
)
from colonytui.feed import Interest
from colonytui.filters import Field, Filter, FilterError, parse_filter
from colonytui.process_list import ListQuery
from colonytui.screens.place_view import PlaceView
from colonytui.watching import StoreChanged
from colonytui.widgets.filter_bar import FilterBar
from colonytui.widgets.line_table import LineTable

_RUNNING = ListQuery(ProcessState.RUNNING)


class ExecutorsView(PlaceView, ExecutorActions):
    """The list of executors."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.EXECUTORS)

    def compose(self) -> ComposeResult:
        """Rows and filter."""
        self.add_class("panel")
        store = self.colony.store
        self._cells = ExecutorContext(self.colony.glyphs, store.now, self._running_count)
        self._filter: Filter[Executor] = Filter("")
        self._gone_only = False
        yield LineTable[Executor](
            executor_columns(self._cells), lambda executor: executor.executor_name, marks=store.marks("executors")
        )
        yield FilterBar()

    def on_mount(self) -> None:
        """Show what is known already."""
        self._show_rows()

    # What others ask

    def interest(self) -> Interest:
        """Ask for executors and for what they run."""
        return Interest(frozenset((_RUNNING,)), executors=True)

    def focus_main(self) -> None:
        """Go to the rows."""
        self._table.focus()

    def selected_executors(self) -> Sequence[Executor]:
        """The marked executors, or the one under the cursor."""
        return self._table.selected_rows

    @property
    def filter_fields(self) -> Mapping[str, Field[Executor]]:
        """What filters can ask about."""
        return executor_fields(self._cells)

    # News

    @on(StoreChanged)
    def _take_news(self) -> None:
        if self.display:
            self._show_rows()

    def on_show(self) -> None:
        """Catch up with what came in while another place was shown."""
        self._show_rows()

    @on(FilterBar.Changed)
    def _apply_filter(self, message: FilterBar.Changed) -> None:
        bar = self.query_one(FilterBar)
        try:
            self._filter = parse_filter(message.text, self.filter_fields, executor_text)
        except FilterError as error:
            bar.show_problem(str(error))
        else:
            bar.show_problem("")
        self._show_rows()

    @on(FilterBar.Left)
    def _leave_filter(self) -> None:
        self.focus_main()

    @on(LineTable.CursorMoved)
    @on(LineTable.MarksChanged)
    @on(LineTable.OrderChanged)
    def _describe(self) -> None:
        self._write_titles()
        self.colony.refresh_footer()

    @on(LineTable.RowOpened)
    def _open_clicked(self) -> None:
        self.action_open_executor()

    # Actions

    def action_open_executor(self) -> None:
        """Open the executor under the cursor."""
        if (executor := self._table.cursor_row) is not None:
            self.colony.open_executor(executor.executor_name)

    def action_errors_only(self) -> None:
        """Show only executors that cannot or do not work, and back."""
        self._gone_only = not self._gone_only
        self._show_rows()

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).open()

    def action_step_back(self) -> None:
        """Clear the filter, then the marks."""
        bar = self.query_one(FilterBar)
        if self._gone_only:
            self.action_errors_only()
        elif bar.text:
            bar.set_text("")
        elif self._table.marks:
            self._table.action_clear_marks()
        else:
            raise SkipAction

    # Showing

    def _show_rows(self) -> None:
        now = self.colony.store.now()
        rows = [executor for executor in self.colony.store.executors if self._filter.matches(executor)]
        if self._gone_only:
            rows = [one for one in rows if one.state is not ExecutorState.APPROVED or is_silent(one, now)]
        rows.sort(key=lambda executor: (executor.state is ExecutorState.UNREGISTERED, executor.executor_name))
        self._table.set_rows(rows)
        self._table.set_empty_text(self._empty_text())
        self._write_titles()

    def _write_titles(self) -> None:
        snapshot = self.colony.store.snapshot
        filtered = f"  /{self._filter.text}" if self._filter.text else "  silent or not approved" * self._gone_only
        title = f"Executors ({snapshot.approved_executors}/{snapshot.registered_executors}){filtered}"
        marked = len(self._table.marked_rows)
        shown = f"{len(self._table.rows)} of {len(snapshot.executors)}"
        self.set_titles(title, f"{marked} marked · {shown}" if marked else shown)

    def _empty_text(self) -> str:
        if self.colony.store.snapshot.taken_at is None:
            return self.no_answer_text()
        if self._filter.text or self._gone_only:
            return "No executor matches. esc to show all."
        return "No executors yet. Start one with: colony-executor docker"

    def _running_count(self, executor: Executor) -> int:
        running = self.colony.store.processes(_RUNNING).processes.values()
        return sum(process.assigned_executor_id == executor.executor_id for process in running)

    @property
    def _table(self) -> LineTable[Executor]:
        return self.query_one(LineTable)
