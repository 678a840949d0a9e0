"""Pages of processes that meet several conditions, in the order of their ranks, over one or more states.

A page costs the same at any depth. Conditions that one index serves are found by it; the others are checked on the rows
that come along, a bounded number for each call, so that a page can end before it is full.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.driver import fetch
from colonyserver.storage.narrowing import in_order
from colonyserver.storage.process_criteria import Criteria, Place, is_indexed, located, residual_of, states_of
from colonyserver.storage.text_search import SEARCHED_CHARACTERS, contains

_MOST_ROWS = 5_000
"""How many rows one call looks at when a condition has no index."""

_MOST_ROWS_OF_TEXT = 1_000
_MOST_COUNTED = 1_000
"""Each of them may be a page to read from the disk."""


class FoundPage(NamedTuple):
    """The places of a page in order, and the last place that was looked at; None at the end of the list."""

    places: list[Place]
    end: Place | None


class Total(NamedTuple):
    """How many processes there are: exactly, or at least."""

    amount: int
    is_exact: bool


def find_page(connection: Connection, criteria: Criteria, after: Place | None, count: int) -> FoundPage:
    """The next `count` processes after a place, or fewer if they are too far apart."""
    scans = [_scan(connection, criteria, state, after, count) for state in states_of(criteria)]
    open_ends = [scan.end for scan in scans if scan.end is not None]
    # Beyond the nearest end, rows of that state are missing.
    horizon = None if not open_ends else max(open_ends) if criteria.newest_first else min(open_ends)
    merged = heapq.merge(*(scan.places for scan in scans), reverse=criteria.newest_first)
    reached = [place for place in merged if horizon is None or _is_within(place, horizon, criteria)]
    if len(reached) > count:
        return FoundPage(reached[:count], reached[count - 1])
    return FoundPage(reached, horizon)


def count_matches(connection: Connection, criteria: Criteria) -> Total:
    """How many rows an index finds, up to a bound; only for criteria that `is_indexed`."""
    amount = 0
    for state in states_of(criteria):
        condition, parameters, order = located(connection, criteria, state, None)
        rows = f"SELECT 1 AS one FROM process WHERE {condition} ORDER BY {order} LIMIT ?"
        statement = f"SELECT count(*) FROM ({rows}) AS counted"
        [(found,)] = fetch(connection, statement, (*parameters, _MOST_COUNTED - amount))
        amount += found
        if amount >= _MOST_COUNTED:
            return Total(amount, is_exact=False)
    return Total(amount, is_exact=True)


class _Scan(NamedTuple):
    places: Sequence[Place]
    end: Place | None


def _scan(connection: Connection, criteria: Criteria, state: ProcessState, after: Place | None, count: int) -> _Scan:
    """Look at rows until there are more matches than asked for, the state has no more, or enough was looked at."""
    places: list[Place] = []
    looked_at, most = 0, _most_rows(criteria, count)
    while len(places) <= count and looked_at < most:
        # Where most rows match, the first few are enough.
        wanted = min(max(count + 1, 4 * looked_at), most - looked_at)
        rows = _rows(connection, criteria, state, after, wanted)
        places += [Place(row[0], row[1]) for row in _matching(rows, criteria.text)]
        if len(rows) < wanted:
            return _Scan(places, None)
        after = Place(rows[-1][0], rows[-1][1])
        looked_at += len(rows)
    return _Scan(places, after)


def _rows(
    connection: Connection, criteria: Criteria, state: ProcessState, after: Place | None, limit: int
) -> list[tuple[Any, ...]]:
    condition, parameters, order = located(connection, criteria, state, after)
    residual, residual_parameters = residual_of(criteria)
    matches = " AND ".join(residual) or "1 = 1"
    text = f", func_name, label, substr(spec_json, 1, {SEARCHED_CHARACTERS})" if criteria.text else ""
    return fetch(
        connection,
        f"SELECT rank, process_id, CASE WHEN {matches} THEN 1 ELSE 0 END{text} FROM process "
        f"WHERE {condition} ORDER BY {order}, {in_order('process_id', newest_first=criteria.newest_first)} LIMIT ?",
        (*residual_parameters, *parameters, limit),
    )


def _matching(rows: Iterable[tuple[Any, ...]], text: str) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        if row[2] and (not text or contains(text, row[1], *row[3:])):
            yield row


def _most_rows(criteria: Criteria, count: int) -> int:
    if is_indexed(criteria):
        return count + 1
    most = _MOST_ROWS_OF_TEXT if criteria.text else _MOST_ROWS
    return most // max(1, len(states_of(criteria)))


def _is_within(place: Place, horizon: Place, criteria: Criteria) -> bool:
    return place >= horizon if criteria.newest_first else place <= horizon
