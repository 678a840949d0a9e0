"""A search among all processes of the server (extension `processquery/1`): what a filter asks for, what was found."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from colonysdk.messages import QueryProcesses
from colonysdk.objects import Process, ProcessPage
from colonytui.processes.tabs import ProcessTab
from colonytui.tables.filters import Filter, FilterError, Term

CONDITIONS: Mapping[str, str] = {
    "by": "initiator",
    "exec": "executor_name",
    "func": "func_name",
    "label": "label",
    "type": "executor_type",
}
"""The filter's fields that the server can search by, with the query's names for them."""
FURTHER_ROWS = 50
"""How many rows are looked for at a time."""
_MOST_CALLS = 50
"""How often the server is asked at a time; each call looks at some thousand processes."""
_TAKEN_IN_ORDER = frozenset({"waiting", "running"})
"""Tabs that begin with the oldest."""


class ServerSearch:
    """One search with what it has found so far; raises FilterError for a filter that the server cannot search by."""

    def __init__(
        self, wanted: Filter[Process], tab: ProcessTab, ask: Callable[[QueryProcesses], Awaitable[ProcessPage]]
    ) -> None:
        self.rows: Sequence[Process] = ()
        """What was found, in the tab's order; the very same object until there is more."""
        self.is_asking = False
        self.is_complete = False
        self.total = 0
        """How many there are at least, as the server says."""
        self._query, self._words = _read(wanted, tab)
        self._ask = ask
        self._cursor = ""

    async def go_on(self, tell: Callable[[], object]) -> None:
        """Look for some more rows, and call `tell` whenever there is news, from the first question to the last answer.

        Raises Unreachable and Refused; what was found stays, and the search can go on.
        """
        goal = len(self.rows) + FURTHER_ROWS
        self.is_asking = True
        tell()
        try:
            for _ in range(_MOST_CALLS):
                self._add(await self._ask(self._query.model_copy(update={"cursor": self._cursor})))
                if self.is_complete or len(self.rows) >= goal:
                    return
                tell()
        finally:
            self.is_asking = False
            tell()

    def renew(self, newest: Iterable[Process | None]) -> None:
        """Take over what is known of some of the rows since; None stands for one that nothing is known of."""
        known = {process.process_id: process for process in newest if process is not None}
        if known and any(known.get(row.process_id, row) is not row for row in self.rows):
            self.rows = [known.get(row.process_id, row) for row in self.rows]

    def drop(self, process_id: str) -> None:
        """Leave out a process whose record was removed."""
        self.rows = [row for row in self.rows if row.process_id != process_id]

    def summary(self) -> str:
        """Say how many were found, and whether that is all."""
        found = f"{len(self.rows):,} found on the server"
        if self.is_asking:
            return f"{found}, looking further…"
        if self.is_complete:
            return f"{found}, that is all"
        if self.total > len(self.rows):
            return f"{len(self.rows):,} of {self.total:,} found on the server, more below"
        return f"{found} so far, {'scroll or F for more' if self.rows else 'F looks further'}"

    def _add(self, page: ProcessPage) -> None:
        # wire: what changes its state meanwhile may come twice.
        known = {row.process_id for row in self.rows}
        fresh = [process for process in page.processes if process.process_id not in known and self._has_words(process)]
        if fresh:
            self.rows = [*self.rows, *fresh]
        if not self._words:
            self.total = max(self.total, page.total)
        self._cursor = page.cursor
        self.is_complete = not page.cursor

    def _has_words(self, process: Process) -> bool:
        if not self._words:
            return True
        text = _searched_text(process).casefold()
        return all(word in text for word in self._words)


def _read(wanted: Filter[Process], tab: ProcessTab) -> tuple[QueryProcesses, Sequence[str]]:
    """The query, and the further words that must occur: the server looks for one text."""
    if len(wanted.groups) > 1:
        raise FilterError("the server cannot search for one or the other (|)")
    terms = wanted.groups[0] if wanted.groups else ()
    words = sorted((_word(term) for term in terms if not term.field), key=len)
    conditions: dict[str, str] = {}
    for term in terms:
        if term.field:
            name = _condition(term)
            if conditions.setdefault(name, term.value) != term.value:
                raise FilterError(f"nothing can have two values of {term.field}")
    query = QueryProcesses(
        states=[int(state) for state in tab.states],
        order="oldest" if tab.id in _TAKEN_IN_ORDER else "newest",
        text=words.pop() if words else "",
    )
    return query.model_copy(update=conditions), [word.casefold() for word in words]


def _word(term: Term) -> str:
    if term.negated or term.operator == "re":
        raise FilterError("the server can search for words only, without ! and re:")
    return term.value


def _condition(term: Term) -> str:
    if term.negated or "*" in term.value or term.operator not in (":", "=") or term.field not in CONDITIONS:
        raise FilterError(f"the server can search by words and by whole values of {', '.join(CONDITIONS)}")
    return CONDITIONS[term.field]


def _searched_text(process: Process) -> str:
    """wire: `text` is looked for in function, label, id and arguments."""
    spec = process.spec
    arguments = json.dumps([spec.args, spec.kwargs], ensure_ascii=False)
    return " ".join((process.process_id, spec.func_name, spec.label, arguments))
