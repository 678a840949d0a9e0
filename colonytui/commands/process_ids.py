"""Process ids as people type them: whole, or their first or last digits."""

import asyncio
import re

from colonysdk.client import ColonyClient
from colonysdk.objects import ProcessState
from colonytui.commands.errors import Misuse

_ID_LENGTH = 64
_FEWEST_DIGITS = 4
_MOST_PROCESSES = 100
"""wire: a getprocessesmsg reply holds at most this many processes."""


async def whole_id(client: ColonyClient, some_digits: str) -> str:
    """Return the id of the one process whose id begins or ends so; raises Misuse when there is none or more than one.

    Looked for among the 100 processes that the server lists of each state; a whole id is not looked for at all.
    """
    some_digits = some_digits.strip().lower()
    if len(some_digits) == _ID_LENGTH:
        return some_digits
    if not re.fullmatch(rf"[0-9a-f]{{{_FEWEST_DIGITS},{_ID_LENGTH}}}", some_digits):
        raise Misuse(
            f'"{some_digits[:80]}" is not a process id: give its 64 hex digits, or its first or last 4 or more'
        )
    lists = await asyncio.gather(*(client.processes(state, _MOST_PROCESSES) for state in ProcessState))
    process_ids = {process.process_id for listed in lists for process in listed}
    matches = [
        process_id
        for process_id in process_ids
        if process_id.startswith(some_digits) or process_id.endswith(some_digits)
    ]
    if not matches:
        raise Misuse(f"no listed process has an id with {some_digits} at an end; give the whole id of an older one")
    if len(matches) > 1:
        raise Misuse(f"{len(matches)} processes have an id with {some_digits} at an end; give more digits")
    return matches[0]
