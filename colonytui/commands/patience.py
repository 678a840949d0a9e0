"""Asking a server again and again: not too often, and also when it is away for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from colonysdk.errors import Refused, Unreachable

ResultT = TypeVar("ResultT")

_SHORTEST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.4
_PAUSE_PER_QUIET_SECOND = 0.15
_FIRST_RETRY_SECONDS = 0.1
_LONGEST_RETRY_SECONDS = 2.0


class Patience:
    """Asks until the server answers, and says when that begins and when it is over.

    `revive` has a chance, each time, to do something about a server that cannot be reached.
    """

    def __init__(self, say: Callable[[str], None], revive: Callable[[], Awaitable[None]] | None) -> None:
        self._say = say
        self._revive = revive

    async def ask(self, question: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Return the answer, however long it takes; raises Refused when the server does not let itself be asked."""
        failures = 0
        while True:
            try:
                answer = await question()
            except (Unreachable, Refused) as error:
                if isinstance(error, Refused) and error.status < 500:
                    raise
                if not failures:
                    self._say(f"{error}; trying again")
                if self._revive and isinstance(error, Unreachable):
                    await self._revive()
                await asyncio.sleep(min(_FIRST_RETRY_SECONDS * 2 ** min(failures, 10), _LONGEST_RETRY_SECONDS))
                failures += 1
            else:
                if failures:
                    self._say("the server answers again")
                return answer


def pause_after(quiet_seconds: float) -> float:
    """Return seconds to wait before asking again: few while things change, more while nothing does.

    So news is never late by more than a fraction of the time that it took.
    """
    return min(max(quiet_seconds * _PAUSE_PER_QUIET_SECOND, _SHORTEST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)
