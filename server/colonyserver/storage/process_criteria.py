"""What a process query asks for, and how SQL says it: a part that an index serves, and a part that is checked."""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.narrowing import LEAST, MOST, Located, located_processes

_INDEXED = ("executor_name", "label", "func_name", "initiator_name", "executor_type")
"""The columns with an index below colony and state; the first of them that is given narrows the search most.

Among the RUNNING processes, which are few, its value is looked for without one.
"""


class Place(NamedTuple):
    """Where a process stands among all of a colony; sorts as the list does."""

    rank: int
    process_id: str


class Criteria(NamedTuple):
    """What to find; empty texts and None leave a condition out. Times in Unix nanoseconds."""

    colony_name: str
    states: tuple[ProcessState, ...]
    executor_type: str = ""
    executor_name: str = ""
    func_name: str = ""
    label: str = ""
    initiator_name: str = ""
    text: str = ""
    submitted_from: int | None = None
    submitted_before: int | None = None
    ended_from: int | None = None
    ended_before: int | None = None
    newest_first: bool = True


def is_indexed(criteria: Criteria) -> bool:
    """Whether the rows that meet the criteria are found without a look at many others."""
    return not criteria.text and not residual_of(criteria)[0]


def is_unconditional(criteria: Criteria) -> bool:
    """Whether states are the only condition."""
    return is_indexed(criteria) and not any(getattr(criteria, name) for name in _INDEXED) and not _has_end(criteria)


def states_of(criteria: Criteria) -> list[ProcessState]:
    """The states to look through; only what has ended lies in a range of ends."""
    return [state for state in criteria.states if state.is_final or not _has_end(criteria)]


def located(connection: Connection, criteria: Criteria, state: ProcessState, after: Place | None) -> Located:
    """The part of the criteria by which rows are found, those after a place if one is given."""
    column, newest_first = _index_column(criteria), criteria.newest_first
    narrowed_by = None if column is None else (column, getattr(criteria, column))
    least, most = _bounds(criteria, state)
    if after is not None:
        least, most = (least, after.rank) if newest_first else (after.rank, most)
    found = located_processes(
        connection, criteria.colony_name, state, narrowed_by, least=least, most=most, newest_first=newest_first
    )
    if after is None:
        return found
    sign = "<" if newest_first else ">"
    beyond = f"(rank {sign} ? OR process_id {sign} ?)"
    return found._replace(condition=f"{found.condition} AND {beyond}", parameters=(*found.parameters, *after))


def residual_of(criteria: Criteria) -> tuple[list[str], list[Any]]:
    """The conditions that are left to check row by row."""
    conditions, parameters = [], []
    index_column = _index_column(criteria)
    for column in _INDEXED:
        value = getattr(criteria, column)
        if value and column != index_column:
            conditions.append(f"{column} = ?")
            parameters.append(value)
    if criteria.submitted_from is not None:
        conditions.append("submitted_at >= ?")
        parameters.append(criteria.submitted_from)
    if criteria.submitted_before is not None:
        conditions.append("submitted_at < ?")
        parameters.append(criteria.submitted_before)
    return conditions, parameters


def _bounds(criteria: Criteria, state: ProcessState) -> tuple[int, int]:
    """What the time ranges say about the rank; whatever has started or ended was submitted before."""
    least, most = LEAST, MOST
    if state != ProcessState.WAITING and criteria.submitted_from is not None:
        least = criteria.submitted_from
    if criteria.ended_from is not None:
        least = max(least, criteria.ended_from)
    if criteria.ended_before is not None:
        most = criteria.ended_before - 1
    return least, most


def _index_column(criteria: Criteria) -> str | None:
    return next((column for column in _INDEXED if getattr(criteria, column)), None)


def _has_end(criteria: Criteria) -> bool:
    return criteria.ended_from is not None or criteria.ended_before is not None
