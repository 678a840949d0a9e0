"""The processes: a tab for each state, filtered and sorted, with the reason beside every waiting one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import is_
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from colonysdk.errors import ColonyError
from colonysdk.extensions import PROCESS_QUERY
from colonysdk.objects import Process
from colonytui.actions.bindings import bindings
from colonytui.actions.registry import Scope
from colonytui.processes.browser import HISTORY_SPANS, ProcessBrowser
from colonytui.processes.tabs import TABS, ProcessTab, find_tab
from colonytui.screens.process_search import ProcessSearching
from colonytui.store.feed import Interest
from colonytui.tables.filters import Field
from colonytui.tables.row_order import RowOrder
from colonytui.widgets.filter_bar import FilterBar
from colonytui.widgets.line_table import LineTable
from colonytui.widgets.tab_strip import TabLabel, TabStrip

STILL_SECONDS = 0.3
"""How long typing must rest before the server is asked for what the filter names."""


class ProcessesView(ProcessSearching):
    """The list of processes."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.PROCESSES)

    def compose(self) -> ComposeResult:
        """Tabs, rows, filter."""
        self.add_class("panel")
        self._browser = ProcessBrowser(self.colony.store, self.colony.session.colony_name, self.colony.glyphs)
        self._orders: dict[str, RowOrder] = {}
        self._cursors: dict[str, tuple[str, int]] = {}
        self._shown: tuple[object, ...] = ()
        self._tab_before_errors = TABS[0].id
        yield TabStrip()
        yield LineTable[Process](
            self._browser.columns, lambda process: process.process_id, self.colony.store.marks("processes")
        )
        yield FilterBar(self.focus_main)

    def on_mount(self) -> None:
        """Show what is known already."""
        self._asking = self.set_interval(STILL_SECONDS, self._ask_server, pause=True)
        self._show_tab(TABS[0].id)

    # What others ask

    def interest(self) -> Interest:
        """Ask for the lists of the tab, and for found processes that may still change."""
        return replace(self._browser.interest, process_ids=frozenset(self.followed_ids))

    def selected_processes(self) -> Sequence[Process]:
        """The marked processes, or the one under the cursor."""
        return self.selection

    def sibling_ids(self) -> Sequence[str]:
        """The ids of the rows."""
        return [process.process_id for process in self.table.rows]

    @property
    def filter_fields(self) -> Mapping[str, Field[Process]]:
        """What filters can ask about."""
        return self._browser.fields

    def show_filtered(self, tab_id: str, filter_text: str) -> None:
        """Show a tab with a filter, as the command line asks for."""
        self._show_tab(tab_id)
        self.filter_bar.set_text(filter_text)

    # Actions

    @on(LineTable.RowOpened)
    def action_open_process(self) -> None:
        """Open the process under the cursor."""
        if (process := self.table.cursor_row) is not None:
            self.colony.open_process(process.process_id, self.sibling_ids())

    def action_next_tab(self) -> None:
        """Go to the tab on the right."""
        self._show_tab(self.query_one(TabStrip).neighbour(1))

    def action_previous_tab(self) -> None:
        """Go to the tab on the left."""
        self._show_tab(self.query_one(TabStrip).neighbour(-1))

    def action_errors_only(self) -> None:
        """Go to the failed processes, and back."""
        current = self._browser.tab.id
        if current == "failed":
            self._show_tab(self._tab_before_errors)
        else:
            self._tab_before_errors = current
            self._show_tab("failed")

    async def action_history(self) -> None:
        """Load further back, or go back to the server's window."""
        spans = list(HISTORY_SPANS)
        span = spans[(spans.index(self._browser.history) + 1) % len(spans)]
        queries = self._browser.queries
        if span is None:
            for query in queries:
                self.colony.store.drop_history(query)
            self.colony.feed.refresh()
            self.colony.inform("History is off: the server's newest 100 of each state.")
            return
        try:
            loaded = [await self.colony.feed.load_history(query, span) for query in queries]
        except ColonyError as error:
            self.colony.show_error("load the history", error)
        else:
            self.colony.inform(f"{sum(loaded):,} processes of the {HISTORY_SPANS[span]} loaded.")

    # Filter

    def set_filter(self, text: str) -> str:
        """Take over a filter; the server is asked for its part when typing rests."""
        self.leave_search()
        self._browser.set_filter(text)
        self._asking.reset()
        self._asking.resume()
        return self._browser.problem

    @property
    def filter_problem(self) -> str:
        """What has turned out to be wrong with the filter."""
        return self._browser.problem

    @on(FilterBar.Left)
    def _ask_server(self) -> None:
        self._asking.pause()
        if self._browser.ask_server():
            self.show_rows()
            self.colony.feed.refresh()
        if self._browser.filter.text and not self._browser.can_search:
            self.run_worker(self._learn_search(), group="offers", exclusive=True, exit_on_error=False)
        if self._browser.filter.required_value("by") and not self._browser.users:
            self.run_worker(self._learn_users(), group="users", exclusive=True, exit_on_error=False)

    async def _learn_search(self) -> None:
        try:
            self._browser.can_search = await self.colony.client.offers(PROCESS_QUERY)
        except ColonyError:
            # Without an answer the search is not offered yet.
            return
        self.show_rows()

    async def _learn_users(self) -> None:
        try:
            users = await self.colony.client.users()
        except ColonyError:
            # Without the names the initiator is looked for among the listed processes only.
            return
        self._browser.users = frozenset(user.name for user in users)
        self.show_rows()
        self.colony.feed.refresh()

    # Showing

    @on(TabStrip.Chosen)
    def _choose_tab(self, message: TabStrip.Chosen) -> None:
        self._show_tab(message.tab_id)

    def _show_tab(self, tab_id: str) -> None:
        table, before, is_searching = self.table, self._browser.tab.id, self._browser.search is not None
        self.leave_search()
        self._orders[before] = table.content.order
        if (process := table.cursor_row) is not None:
            self._cursors[before] = (process.process_id, table.content.cursor)
        self._browser.tab = find_tab(tab_id)
        table.content.clear()
        table.set_columns(self._browser.columns, self._orders.get(tab_id, RowOrder()))
        self.show_rows()
        process_id, place = self._cursors.get(tab_id, ("", 0))
        if not table.move_to(process_id, near=place):
            table.move_cursor(0)
        if is_searching:
            self.begin_search()
        self.colony.feed.refresh()

    def show_rows(self) -> None:
        """Bring rows and titles up to what is known; rows are only chosen anew when something has changed."""
        search = self._browser.search
        if search is not None:
            search.renew(map(self.colony.store.process, self.followed_ids))
        found = () if search is None else search.rows
        basis = (self._browser.tab, self._browser.filter, found, *(one.ordered for one in self._browser.lists))
        unchanged = len(basis) == len(self._shown) and all(map(is_, basis, self._shown))
        if not unchanged or self._browser.filter.depends_on_time:
            self._shown = basis
            self.table.set_rows(self._browser.rows())
        else:
            self.table.refresh_changed_lines()
        self.table.set_empty_text(self._empty_text())
        self.write_titles()

    def write_titles(self) -> None:
        """Write the tab, its size and the filter above, what is shown below, and the sizes of all tabs."""
        browser = self._browser
        total = browser.total(browser.tab)
        count = "" if total is None else f" ({total:,})"
        filtered = f"  /{browser.filter.text}" if browser.filter.text else ""
        if browser.search is not None:
            filtered = f"  search, esc leaves  /{browser.filter.text}"
        summary = browser.summary(len(self.table.rows), self._order_text())
        self.set_titles(f"Processes › {browser.tab.title}{count}{filtered}", self.titled(summary))
        strip = self.query_one(TabStrip)
        strip.labels = tuple(self._label(tab) for tab in TABS)
        strip.current = browser.tab.id

    def _label(self, tab: ProcessTab) -> TabLabel:
        short = self.colony.glyphs.process[tab.states[0]] if len(tab.states) == 1 else ""
        return TabLabel(tab.id, tab.title, self._browser.total(tab), short)

    def _order_text(self) -> str:
        key = self.table.content.order.keys[0]
        titles = {column.id: column.title for column in self.table.columns}
        if key.column_id:
            return f"by {titles.get(key.column_id, key.column_id).lower()}{', descending' if key.descending else ''}"
        return f"not {self._browser.tab.order}" if key.descending else self._browser.tab.order

    def _empty_text(self) -> str:
        search, wanted = self._browser.search, self._browser.filter.text
        if search is not None:
            if search.is_complete:
                return f"The server has nothing with {wanted!r}. esc goes back to the list."
            return "Searching the server…" if search.is_asking else "Nothing found so far. F looks further."
        if not all(one.is_known for one in self._browser.lists):
            return self.no_answer_text()
        if wanted:
            more = "F searches all processes of the server, " if self._browser.can_search else ""
            return f"Nothing listed matches {wanted!r}. {more}esc clears the filter."
        return self._browser.tab.empty
