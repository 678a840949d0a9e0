"""Finding processes: by the server's search where it has one, else among those that it lists."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from colonysdk.client import ColonyClient
from colonysdk.extensions import PROCESS_QUERY
from colonysdk.objects import Process, ProcessState
from colonytui.commands.moments import exact_moment, last_change
from colonytui.commands.process_filter import ProcessFilter
from colonytui.terminal.glyphs import STATE_WORDS

_PAGE_PROCESSES = 100
"""wire: replies to queryprocessesmsg and getprocessesmsg hold at most this many processes."""


@dataclass
class Tally:
    """What a search has come to."""

    shown: int = 0
    total: int = 0
    """How many there are, or at least are."""

    is_exact: bool = True
    remarks: list[str] = field(default_factory=list)
    """Sentences about what was not looked at."""

    def add(self, shown: int, total: int, *, is_exact: bool) -> None:
        """Count the processes of one more state."""
        self.shown += shown
        self.total += max(shown, total)
        self.is_exact = self.is_exact and is_exact


async def find_processes(
    client: ColonyClient, wanted: ProcessFilter, executor_names: Mapping[str, str], tally: Tally
) -> AsyncIterator[Sequence[Process]]:
    """Yield the processes in pages, state by state, each state in the order of its list, and keep the tally.

    `executor_names` by ids are needed for a filter by executor, where the server has no search.
    """
    has_search = await client.offers(PROCESS_QUERY)
    for state in wanted.states:
        if not has_search:
            yield await _listed(client, wanted, state, executor_names, tally)
            continue
        async for page in _searched(client, wanted, state, tally):
            yield page


async def _searched(
    client: ColonyClient, wanted: ProcessFilter, state: ProcessState, tally: Tally
) -> AsyncIterator[Sequence[Process]]:
    seen: set[str] = set()
    total, is_exact, cursor = 0, False, ""
    while True:
        left = _PAGE_PROCESSES if wanted.count is None else wanted.count - len(seen)
        page = await client.query(wanted.query(state, min(left, _PAGE_PROCESSES), cursor))
        if not cursor:
            total, is_exact = page.total, page.total_exact
        # wire: what changes its state meanwhile may come twice.
        fresh = [process for process in page.processes if process.process_id not in seen]
        seen.update(process.process_id for process in fresh)
        yield fresh
        cursor = page.cursor
        if not cursor:
            total, is_exact = len(seen), True
            break
        if len(seen) == wanted.count:
            break
    tally.add(len(seen), total, is_exact=is_exact)


async def _listed(
    client: ColonyClient,
    wanted: ProcessFilter,
    state: ProcessState,
    executor_names: Mapping[str, str],
    tally: Tally,
) -> Sequence[Process]:
    is_narrow = wanted.has_other_conditions
    count = wanted.count or _PAGE_PROCESSES
    asked = _PAGE_PROCESSES if is_narrow else min(count, _PAGE_PROCESSES)
    listed = await client.processes(state, asked, **wanted.listed_condition())
    matching = [process for process in listed if wanted.admits(process, executor_names)]
    shown = matching if wanted.count is None else matching[: wanted.count]
    is_whole = len(listed) < asked or _reaches_back(listed, wanted)
    tally.add(len(shown), len(matching), is_exact=is_whole)
    is_short = wanted.count is None or len(shown) < wanted.count
    if not is_whole and is_short:
        last = exact_moment(last_change(listed[-1]))
        looked_at = f"its first {asked} {STATE_WORDS[state]} processes only"
        tally.remarks.append(f"this server has no search: looked at {looked_at}, the last of them from {last}")
    return shown


def _reaches_back(listed: Sequence[Process], wanted: ProcessFilter) -> bool:
    """Whether a list with the newest end first goes back to the first moment that is wanted."""
    oldest = listed[-1].end_time
    return listed[-1].state.is_final and wanted.since is not None and oldest is not None and oldest < wanted.since
