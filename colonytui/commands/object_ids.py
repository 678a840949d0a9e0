"""Ids of processes and workflows as people type them: whole, or their first or last digits."""

import asyncio
import re
from collections.abc import Iterable

from colonysdk.client import ColonyClient
from colonysdk.extensions import PROCESS_QUERY
from colonysdk.messages import QueryProcesses
from colonysdk.objects import ProcessState
from colonytui.commands.errors import Misuse

_ID_LENGTH = 64
_FEWEST_DIGITS = 4
_MOST_LISTED = 100
"""wire: a reply to getprocessesmsg or getprocessgraphsmsg holds at most so many."""

_MOST_SEARCHES = 20
"""wire: one search for a text looks at 1,000 processes."""


async def whole_id(client: ColonyClient, some_digits: str) -> str:
    """Return the id of the one process whose id begins or ends so; raises Misuse when there is none or more than one.

    Looked for among the 100 processes that the server lists of each state, then by its search, if it has one, among
    thousands; a whole id is not looked for at all.
    """
    some_digits = _checked(some_digits, "process")
    if len(some_digits) == _ID_LENGTH:
        return some_digits
    lists = await asyncio.gather(*(client.processes(state, _MOST_LISTED) for state in ProcessState))
    matches = _matches(some_digits, (process.process_id for listed in lists for process in listed))
    if not matches and await client.offers(PROCESS_QUERY):
        matches = await _search(client, some_digits)
    return _the_one(matches, some_digits, "process")


async def whole_workflow_id(client: ColonyClient, some_digits: str) -> str:
    """Return the id of the one workflow whose id begins or ends so, as `whole_id` does for a process."""
    some_digits = _checked(some_digits, "workflow")
    if len(some_digits) == _ID_LENGTH:
        return some_digits
    lists = await asyncio.gather(*(client.workflows(state, _MOST_LISTED) for state in ProcessState))
    matches = _matches(some_digits, (workflow.process_graph_id for listed in lists for workflow in listed))
    return _the_one(matches, some_digits, "workflow")


def _checked(some_digits: str, noun: str) -> str:
    some_digits = some_digits.strip().lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_FEWEST_DIGITS},{_ID_LENGTH}}}", some_digits):
        raise Misuse(f'"{some_digits[:80]}" is not a {noun} id: give its 64 hex digits, or its first or last 4 or more')
    return some_digits


def _matches(some_digits: str, object_ids: Iterable[str]) -> set[str]:
    return {
        object_id for object_id in object_ids if object_id.startswith(some_digits) or object_id.endswith(some_digits)
    }


async def _search(client: ColonyClient, some_digits: str) -> set[str]:
    matches: set[str] = set()
    cursor = ""
    for _ in range(_MOST_SEARCHES):
        page = await client.query(QueryProcesses(text=some_digits, cursor=cursor))
        matches |= _matches(some_digits, (process.process_id for process in page.processes))
        cursor = page.cursor
        if not cursor:
            break
    return matches


def _the_one(matches: set[str], some_digits: str, noun: str) -> str:
    if not matches:
        raise Misuse(f"no {noun} that was looked at has an id with {some_digits} at an end; give the whole id")
    if len(matches) > 1:
        raise Misuse(f"several {noun} ids have {some_digits} at an end; give more digits")
    return matches.pop()
