"""Matching executors that ask for work with the processes that wait: in the order they asked, the best one first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from colonyserver.requirements import Asker
from colonyserver.storage.queue import Head, Queue
from colonyserver.storage.shapes import Probe

_MOST_HEADS = 512
"""About so many processes are read in one look: where there are many probes, looking again is cheaper than reading many
processes behind each of which few are used."""


@dataclass(eq=False, slots=True)
class Search:
    """One asker on its way to a process; `index` is its place among those that asked together."""

    index: int
    asker: Asker
    probes: Sequence[Probe]


def searches_for(connection: Connection, queue: Queue, askers: Sequence[Asker]) -> list[Search]:
    """Searches for those askers for whom something may be waiting."""
    probes = {asker: queue.probes_for(connection, asker) for asker in dict.fromkeys(askers)}
    return [Search(index, asker, probes[asker]) for index, asker in enumerate(askers) if probes[asker]]


def match(
    connection: Connection, queue: Queue, searches: Sequence[Search]
) -> tuple[list[tuple[Search, str]], list[Search]]:
    """Find the process with the lowest priority time for each search that one look into the queue can serve.

    Returns the served searches with their process ids, and the searches that must look again once those processes are
    out of the queue. The first search is never among the latter.
    """
    probes = list(dict.fromkeys(probe for search in searches for probe in search.probes))
    depth = max(1, min(len(searches), _MOST_HEADS // len(probes)))
    heads = queue.peek(connection, probes, depth)
    may_hide_more = {probe for probe, found in heads.items() if len(found) >= depth}
    taken: set[str] = set()
    served: list[tuple[Search, str]] = []
    unserved: list[Search] = []
    contested: set[tuple[str, str]] = set()
    for search in searches:
        rivals = (search.asker.colony_name, search.asker.executor_type)
        best = _best(heads, search.probes, taken)
        # Behind a probe that ran dry there may be something better than what is left elsewhere; and who asked later
        # must not choose before who asked first.
        if rivals in contested or any(probe in may_hide_more and not heads[probe] for probe in search.probes):
            contested.add(rivals)
            unserved.append(search)
        elif best is not None:
            taken.add(best.process_id)
            served.append((search, best.process_id))
    return served, unserved


def _best(heads: dict[Probe, list[Head]], probes: Sequence[Probe], taken: set[str]) -> Head | None:
    best: Head | None = None
    for probe in probes:
        found = heads[probe]
        while found and found[0].process_id in taken:
            found.pop(0)
        if found and (best is None or found[0] < best):
            best = found[0]
    return best
