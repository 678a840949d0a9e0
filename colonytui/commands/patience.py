"""Asking a server again and again: not too often, and also when it is away for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from colonysdk.errors import Refused, Unreachable
from colonytui.local.colony import revive_dead_part, revive_local_colony
from colonytui.local.directory import DataDirectory

ResultT = TypeVar("ResultT")

_SHORTEST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.4
_PAUSE_PER_QUIET_SECOND = 0.15
_FIRST_RETRY_SECONDS = 0.1
_LONGEST_RETRY_SECONDS = 2.0


class Patience:
    """Asks until the server answers, and says when that begins and when it is over.

    What dies meanwhile of the `local` colony, if that is the one that is asked, is started again.
    """

    def __init__(self, say: Callable[[str], None], local: DataDirectory | None = None) -> None:
        self._say = say
        self._local = local

    async def ask(self, question: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Return the answer, however long it takes.

        Raises Refused when the server does not let itself be asked, LocalColonyFailed when it cannot be started again.
        """
        failures = 0
        while True:
            try:
                answer = await question()
            except (Unreachable, Refused) as error:
                if isinstance(error, Refused) and error.status < 500:
                    raise
                if not failures:
                    self._say(f"{error}; trying again")
                if self._local and isinstance(error, Unreachable):
                    await asyncio.to_thread(revive_local_colony, self._local)
                await asyncio.sleep(min(_FIRST_RETRY_SECONDS * 2 ** min(failures, 10), _LONGEST_RETRY_SECONDS))
                failures += 1
            else:
                if failures:
                    self._say("the server answers again")
                if self._local:
                    await self._look_after(self._local)
                return answer

    async def _look_after(self, local: DataDirectory) -> None:
        """Start an executor again that died: the server answers, but the processes of that executor would not end."""
        revived = await asyncio.to_thread(revive_dead_part, local)
        if revived is not None:
            self._say(f"the local {revived.name} had died and was started again")


def pause_after(quiet_seconds: float) -> float:
    """Return seconds to wait before asking again: few while things change, more while nothing does.

    So news is never late by more than a fraction of the time that it took.
    """
    return min(max(quiet_seconds * _PAUSE_PER_QUIET_SECOND, _SHORTEST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)
