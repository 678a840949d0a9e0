"""Going on with a filter among all processes of the server."""

from __future__ import annotations

from textual import on, work
from textual.message import Message

from colonysdk.errors import ColonyError
from colonysdk.extensions import PROCESS_QUERY
from colonysdk.objects import Process
from colonytui.actions.registry import Action
from colonytui.processes.actions import ProcessActions
from colonytui.processes.browser import ProcessBrowser
from colonytui.processes.server_search import ServerSearch
from colonytui.screens.list_place import ListPlace
from colonytui.tables.filters import FilterError
from colonytui.widgets.line_table import LineTable

_ROWS_AHEAD = 20
"""How near to the last row the cursor may come before more is looked for."""
_FOLLOWED_ROWS = 10
"""How many rows above and below the cursor are looked up anew at every turn."""


class ProcessSearching(ListPlace[Process], ProcessActions):
    """A list of processes whose filter can be looked for on the server; esc leaves the search."""

    _browser: ProcessBrowser

    class SearchAnswered(Message):
        """The server has answered a search."""

    def on_mount(self) -> None:
        """Look ahead also when the mouse wheel scrolls, which leaves the cursor where it is."""
        self.watch(self.table, "scroll_y", self._look_ahead, init=False)

    def unavailable(self, action: Action) -> str | None:
        """Say why the list cannot be searched, or its history not be loaded."""
        if action.id == "processes.search" and not self._browser.filter.text:
            return "Type what to look for first, with /."
        if action.id == "processes.history" and self._browser.search is not None:
            return "A search finds processes however old; esc leaves it."
        return super().unavailable(action)

    async def action_search(self) -> None:
        """Look for the filter among all processes of the server, or look further."""
        if self._browser.search is not None:
            self._look_further()
            return
        try:
            can_search = await self.colony.client.offers(PROCESS_QUERY)
        except ColonyError as error:
            self.colony.show_error("search", error)
            return
        if not can_search:
            self.colony.warn("This server has no search; H loads further back.")
            return
        self.begin_search()

    def action_step_back(self) -> None:
        """Leave the search; without one clear the filter, then the marks."""
        if self._browser.search is None:
            super().action_step_back()
        else:
            self.leave_search()

    def begin_search(self) -> None:
        """Search for the filter in the states of the tab."""
        try:
            search = ServerSearch(self._browser.filter, self._browser.tab, self.colony.client.query)
        except FilterError as error:
            self.colony.warn(f"Not searched: {error}.")
            return
        self._browser.search = search
        self.add_class("-search")
        self.table.content.clear()
        self._look_further()

    def leave_search(self) -> None:
        """Go back to the list."""
        if self._browser.search is None:
            return
        self.workers.cancel_group(self, "search")
        self._browser.search = None
        self.remove_class("-search")
        self.table.content.clear()
        self.show_rows()
        self.colony.feed.refresh()

    def removed(self, process_id: str) -> None:
        """Show a removed process no more."""
        if self._browser.search is not None:
            self._browser.search.drop(process_id)

    @property
    def followed_ids(self) -> list[str]:
        """Ids of the rows around the cursor that may still change; none without a search."""
        if self._browser.search is None:
            return []
        cursor = self.table.content.cursor
        near = self.table.rows[max(0, cursor - _FOLLOWED_ROWS) : cursor + _FOLLOWED_ROWS]
        return [process.process_id for process in near if not process.state.is_final]

    @on(LineTable.CursorMoved)
    def _look_ahead(self) -> None:
        if self._browser.search is None:
            return
        table = self.table
        reached = max(table.content.cursor, round(table.scroll_y) + table.size.height)
        if table.rows and reached >= len(table.rows) - _ROWS_AHEAD:
            self._look_further()

    def _look_further(self) -> None:
        search = self._browser.search
        if search is not None and not search.is_asking and not search.is_complete:
            self._search_on(search)
        self.show_rows()

    @work(exclusive=True, group="search")
    async def _search_on(self, search: ServerSearch) -> None:
        try:
            await search.go_on(lambda: self.post_message(self.SearchAnswered()))
        except ColonyError as error:
            self.colony.show_error("search", error)

    @on(SearchAnswered)
    def _show_found(self) -> None:
        self.show_rows()
