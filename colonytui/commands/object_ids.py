"""Ids of processes and workflows as people type them: whole, or their first or last digits."""

import asyncio
import re
from collections.abc import Iterable

from colonysdk.client import ColonyClient
from colonysdk.objects import ProcessState
from colonytui.commands.errors import Misuse

_ID_LENGTH = 64
_FEWEST_DIGITS = 4
_MOST_LISTED = 100
"""wire: a reply to getprocessesmsg or getprocessgraphsmsg holds at most so many."""


async def whole_id(client: ColonyClient, some_digits: str) -> str:
    """Return the id of the one process whose id begins or ends so; raises Misuse when there is none or more than one.

    Looked for among the 100 processes that the server lists of each state; a whole id is not looked for at all.
    """
    some_digits = _checked(some_digits, "process")
    if len(some_digits) == _ID_LENGTH:
        return some_digits
    lists = await asyncio.gather(*(client.processes(state, _MOST_LISTED) for state in ProcessState))
    return _only_match(some_digits, (process.process_id for listed in lists for process in listed), "process")


async def whole_workflow_id(client: ColonyClient, some_digits: str) -> str:
    """Return the id of the one workflow whose id begins or ends so, as `whole_id` does for a process."""
    some_digits = _checked(some_digits, "workflow")
    if len(some_digits) == _ID_LENGTH:
        return some_digits
    lists = await asyncio.gather(*(client.workflows(state, _MOST_LISTED) for state in ProcessState))
    return _only_match(some_digits, (workflow.process_graph_id for listed in lists for workflow in listed), "workflow")


def _checked(some_digits: str, noun: str) -> str:
    some_digits = some_digits.strip().lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_FEWEST_DIGITS},{_ID_LENGTH}}}", some_digits):
        raise Misuse(f'"{some_digits[:80]}" is not a {noun} id: give its 64 hex digits, or its first or last 4 or more')
    return some_digits


def _only_match(some_digits: str, object_ids: Iterable[str], noun: str) -> str:
    matches = {
        object_id for object_id in object_ids if object_id.startswith(some_digits) or object_id.endswith(some_digits)
    }
    if not matches:
        raise Misuse(f"no listed {noun} has an id with {some_digits} at an end; give the whole id of an older one")
    if len(matches) > 1:
        raise Misuse(f"several {noun} ids have {some_digits} at an end; give more digits")
    return matches.pop()
