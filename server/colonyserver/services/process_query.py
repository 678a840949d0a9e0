"""Queries for processes: conditions in any combination, in pages (extension `processquery`)."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.errors import Invalid
from colonyserver.services.cursors import decode_cursor, encode_cursor
from colonyserver.services.names import check_text
from colonyserver.storage.database import Database
from colonyserver.storage.json_text import json_boolean, json_string
from colonyserver.storage.process_criteria import Criteria, is_indexed, is_unconditional
from colonyserver.storage.process_query import FoundPage, Total, count_matches, find_page
from colonyserver.storage.process_record import ProcessRecord, json_list
from colonyserver.storage.processes import find_records
from colonyserver.storage.statistics import count_processes

MAX_COUNT = 100


class Page(NamedTuple):
    """One page; `total` only of a first page."""

    records: Sequence[ProcessRecord]
    cursor: str
    total: Total

    def to_json(self) -> bytes:
        """The wire JSON of a ProcessPage."""
        amount, is_exact = self.total
        rest = f',"cursor":{json_string(self.cursor)},"total":{amount},"totalexact":{json_boolean(is_exact)}}}'
        return b'{"processes":' + json_list(list(self.records)) + rest.encode()


class QueryService:
    """Answers queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, criteria: Criteria, *, count: int, cursor: str = "") -> Page:
        """The next page; raises Invalid for a count, a text or a cursor that cannot be (wire: 400)."""
        if not 1 <= count <= MAX_COUNT:
            raise Invalid(f"The count must be 1 to {MAX_COUNT}")
        for noun in ("executor_type", "executor_name", "func_name", "label", "initiator_name", "text"):
            check_text(getattr(criteria, noun), noun.replace("_", " "))
        after = decode_cursor(criteria, cursor) if cursor else None

        def query(connection: Connection) -> Page:
            page = find_page(connection, criteria, after, count)
            records = find_records(connection, [place.process_id for place in page.places])
            return Page(
                [records[place.process_id] for place in page.places],
                "" if page.end is None else encode_cursor(criteria, page.end),
                Total(0, is_exact=False) if after else _total(connection, criteria, page),
            )

        return await self._database.read(query)


def wanted_states(states: Sequence[int]) -> tuple[ProcessState, ...]:
    """The states of a query, each once, all for none given; raises Invalid for an unknown one (wire: 400)."""
    try:
        return tuple(sorted({ProcessState(state) for state in states})) or tuple(ProcessState)
    except ValueError:
        raise Invalid("Failed to query processes, a state is 0 to 4") from None


def _total(connection: Connection, criteria: Criteria, page: FoundPage) -> Total:
    if page.end is None:
        return Total(len(page.places), is_exact=True)
    if is_unconditional(criteria):
        counts = count_processes(connection, criteria.colony_name)
        return Total(sum(counts.get(state, 0) for state in criteria.states), is_exact=True)
    if is_indexed(criteria):
        return count_matches(connection, criteria)
    return Total(len(page.places), is_exact=False)
