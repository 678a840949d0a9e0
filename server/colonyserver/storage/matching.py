"""Matching executors that ask for work with the processes that wait: in the order they asked, the best one first."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

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


class Matches(NamedTuple):
    """What one look into the queue brought: served searches with the ids of their processes, and two other kinds.

    `unserved` must look again once those processes are out of the queue; the first search is never among them.
    `contested` found only what other servers are about to take.
    """

    served: list[tuple[Search, str]]
    unserved: list[Search]
    contested: list[Search]


def match(connection: Connection, queue: Queue, searches: Sequence[Search], lost: AbstractSet[str]) -> Matches:
    """Find the process with the lowest priority time for each search, but none of those `lost` to other servers."""
    probes = list(dict.fromkeys(probe for search in searches for probe in search.probes))
    depth = max(1, min(len(searches), _MOST_HEADS // len(probes))) + len(lost)
    heads = queue.peek(connection, probes, depth)
    may_hide_more = {probe for probe, found in heads.items() if len(found) >= depth}
    has_lost = {probe for probe, found in heads.items() if lost and any(head.process_id in lost for head in found)}
    taken: set[str] = set(lost)
    served: list[tuple[Search, str]] = []
    unserved: list[Search] = []
    contested: list[Search] = []
    held_up: set[tuple[str, str]] = set()
    for search in searches:
        rivals = (search.asker.colony_name, search.asker.executor_type)
        best = _best(heads, search.probes, taken)
        # Behind a probe that ran dry there may be something better than what is left elsewhere; and who asked later
        # must not choose before who asked first.
        if rivals in held_up or any(probe in may_hide_more and not heads[probe] for probe in search.probes):
            held_up.add(rivals)
            unserved.append(search)
        elif best is not None:
            taken.add(best.process_id)
            served.append((search, best.process_id))
        elif any(probe in has_lost for probe in search.probes):
            contested.append(search)
    return Matches(served, unserved, contested)


def _best(heads: dict[Probe, list[Head]], probes: Sequence[Probe], taken: set[str]) -> Head | None:
    best: Head | None = None
    for probe in probes:
        found = heads[probe]
        while found and found[0].process_id in taken:
            found.pop(0)
        if found and (best is None or found[0] < best):
            best = found[0]
    return best
