"""Process ids as people type them: whole, or their first digits."""

import asyncio
import re

from colonysdk.client import ColonyClient
from colonysdk.objects import ProcessState
from colonytui.commands.errors import Misuse

_ID_LENGTH = 64
_FEWEST_DIGITS = 4
_MOST_PROCESSES = 100
"""wire: a getprocessesmsg reply holds at most this many processes."""


async def whole_id(client: ColonyClient, id_start: str) -> str:
    """Return the id of the one process whose id begins so; raises Misuse when there is none or more than one.

    Looked for among the 100 processes that the server lists of each state; a whole id is not looked for at all.
    """
    id_start = id_start.strip().lower()
    if len(id_start) == _ID_LENGTH:
        return id_start
    if not re.fullmatch(rf"[0-9a-f]{{{_FEWEST_DIGITS},{_ID_LENGTH}}}", id_start):
        raise Misuse(f'"{id_start[:80]}" is not a process id: give its 64 hex digits, or at least the first 4 of them')
    lists = await asyncio.gather(*(client.processes(state, _MOST_PROCESSES) for state in ProcessState))
    matches = [process.process_id for listed in lists for process in listed if process.process_id.startswith(id_start)]
    if not matches:
        raise Misuse(f"no listed process has an id that begins with {id_start}; give the whole id of an older one")
    if len(matches) > 1:
        raise Misuse(f"{len(matches)} processes have an id that begins with {id_start}; give more digits")
    return matches[0]
