"""What the process list shows: tab, filter and history in; queries, rows and a summary out. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import chain
from operator import is_

from colonysdk.objects import Process
from colonytui.explain.explanation import ColonyFacts, why_line
from colonytui.explain.facts import colony_facts
from colonytui.processes.columns import CellContext, process_columns, submitted_time
from colonytui.processes.fields import process_fields, process_text
from colonytui.processes.names import short_id
from colonytui.processes.server_search import ServerSearch
from colonytui.processes.tabs import TABS, ProcessTab
from colonytui.store.feed import Interest
from colonytui.store.process_list import ListQuery, ProcessList
from colonytui.store.snapshot import Snapshot
from colonytui.store.store import Store
from colonytui.tables.columns import Column
from colonytui.tables.filters import Filter, FilterError, SearchText, parse_filter
from colonytui.terminal.glyphs import Glyphs

HISTORY_SPANS: Mapping[timedelta | None, str] = {
    None: "off",
    timedelta(hours=1): "last hour",
    timedelta(days=1): "last day",
    timedelta(days=7): "last 7 days",
}
"""How far back processes can be loaded, in the order of choosing."""


MOST_SPARE_TEXTS = 1000
"""How many texts are kept for filters beyond twice what is listed."""


class ProcessBrowser:
    """Chooses from the store which processes to show."""

    def __init__(self, store: Store, colony_name: str, glyphs: Glyphs) -> None:
        self.tab: ProcessTab = TABS[0]
        self.filter: Filter[Process] = Filter("")
        self._working_filter: Filter[Process] = self.filter
        self._asked_filter: Filter[Process] = self.filter
        self.problem = ""
        self.search: ServerSearch | None = None
        """What was found on the server, shown instead of the lists; None when nobody searches."""
        self.can_search = False
        """Whether the server is known to search."""
        self.users: frozenset[str] = frozenset()
        """Names of the colony's users; the server can filter by these initiators only."""
        self._store = store
        self._colony_name = colony_name
        self.fields = process_fields(store.now, self.executor_name)
        self._context = CellContext(glyphs, store.now, self.executor_name, self.why)
        self._texts: dict[str, tuple[Process, SearchText]] = {}
        self._merged_lists: Sequence[Sequence[Process]] = ()
        self._merged: Sequence[Process] = ()
        self._facts: tuple[Snapshot, ColonyFacts] | None = None
        self._reasons: dict[str, str] = {}
        self._executor_names: tuple[object, Mapping[str, str]] = (None, {})

    @property
    def columns(self) -> Sequence[Column[Process]]:
        """The tab's columns."""
        return process_columns(self.tab, self._context)

    @property
    def queries(self) -> Sequence[ListQuery]:
        """What the server is asked for: one list for each state, filtered by one of type, label and initiator."""
        asked = self._asked_filter
        executor_type = asked.required_value("type") or ""
        label = "" if executor_type else asked.required_value("label") or ""
        initiator = "" if executor_type or label else asked.required_value("by") or ""
        if initiator not in self.users:
            initiator = ""
        return [ListQuery(state, executor_type, label, initiator) for state in self.tab.states]

    @property
    def lists(self) -> Sequence[ProcessList]:
        """What is known of the queries."""
        return [self._store.processes(query) for query in self.queries]

    @property
    def interest(self) -> Interest:
        """What the feed should ask for; reasons for waiting also need the running processes and the executors."""
        queries = set(self.queries)
        waits = TABS[0].states[0] in self.tab.states
        if waits:
            queries |= {ListQuery(state) for state in (*TABS[0].states, *TABS[1].states)}
        return Interest(frozenset(queries), executors=waits)

    @property
    def history(self) -> timedelta | None:
        """How far back the tab's lists were loaded."""
        return self.lists[0].history

    def set_filter(self, text: str) -> None:
        """Filter by a text; one that cannot be understood sets `problem` and keeps the last good filter."""
        try:
            self.filter = parse_filter(text, self.fields, self._text_of)
        except FilterError as error:
            self.problem = str(error)
        else:
            self.problem = ""

    def ask_server(self) -> bool:
        """Let the queries follow the filter, and return whether the server must be asked something else now."""
        before = self.queries
        self._asked_filter = self.filter
        return self.queries != before

    def rows(self) -> Sequence[Process]:
        """The processes to show, in the tab's own order.

        A filter that takes too long to apply sets `problem` and gives way to the last one that worked.
        """
        if self.search is not None:
            return self.search.rows
        processes = self._listed()
        if len(self._texts) > 2 * len(processes) + MOST_SPARE_TEXTS:
            self._texts.clear()
        try:
            chosen = self.filter.select(processes)
        except FilterError as error:
            self.problem, self.filter, self._working_filter = str(error), self._working_filter, Filter("")
            return self.rows()
        self._working_filter = self.filter
        return chosen

    def total(self, tab: ProcessTab) -> int | None:
        """How many processes a tab stands for, by the statistics; None when not known yet."""
        counts = [self._store.snapshot.count(state) for state in tab.states]
        return None if None in counts else sum(count or 0 for count in counts)

    def summary(self, shown: int, order: str) -> str:
        """Say how many processes are shown out of how many, in which order, and what was searched."""
        if self.search is not None:
            return self.search.summary()
        lists = self.lists
        if not all(known.is_known for known in lists):
            return order
        known = sum(len(one.ordered) for one in lists)
        if span := lists[0].history:
            return f"{shown:,} of {known:,}, {order}, {HISTORY_SPANS[span]} loaded (H for other)"
        query = lists[0].query
        if query.is_filtered:
            asked = query.executor_type or query.label or query.initiator
            more = "" if all(one.complete for one in lists) else f", {self.tab.nearest} {known} searched"
            return f"{shown:,} of those the server has for {asked}, {order}{more}"
        if all(one.complete for one in lists):
            return f"{shown:,} of {known:,}, {order}"
        total = self.total(self.tab)
        if self.filter.text:
            more = "F searches all" if self.can_search else "H for more"
            return f"{shown:,} of the {self.tab.nearest} {known:,} of {total or known:,}, {order} ({more})"
        return f"{known:,} of {total or known:,} shown, {order} (H for more)"

    def why(self, process: Process) -> str:
        """Why a process waits, in one line, by the present snapshot."""
        snapshot = self._store.snapshot
        if self._facts is None or self._facts[0] is not snapshot:
            before = self._facts[1] if self._facts else None
            self._facts = (snapshot, colony_facts(self._store, self._colony_name, before))
            self._reasons.clear()
        reason = self._reasons.get(process.process_id)
        if reason is None:
            reason = self._reasons[process.process_id] = why_line(process, self._facts[1])
        return reason

    def executor_name(self, executor_id: str) -> str:
        """The name of an executor, or the beginning of its id when it is not known; empty for none."""
        executors = self._store.executors
        if self._executor_names[0] is not executors:
            names = {executor.executor_id: executor.executor_name for executor in executors}
            self._executor_names = (executors, names)
        return self._executor_names[1].get(executor_id, short_id(executor_id))

    def _listed(self) -> Sequence[Process]:
        lists = [known.ordered for known in self.lists]
        if len(lists) == 1:
            return lists[0]
        # Sorting takes long enough to be felt when somebody goes around the tabs.
        if len(lists) != len(self._merged_lists) or not all(map(is_, lists, self._merged_lists)):
            self._merged_lists = lists
            self._merged = sorted(chain.from_iterable(lists), key=submitted_time, reverse=True)
        return self._merged

    def _text_of(self, process: Process) -> SearchText:
        known = self._texts.get(process.process_id)
        if known is None or known[0] is not process:
            text = SearchText.of(process_text(process, self.executor_name))
            known = self._texts[process.process_id] = (process, text)
        return known[1]
