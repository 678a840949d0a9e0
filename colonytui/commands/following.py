"""Waiting for a process to end, with its log as it comes, through restarts of the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from colonysdk.client import ColonyClient
from colonysdk.errors import Refused, Unreachable
from colonysdk.objects import Log, Process, ProcessState
from colonytui.commands.log_reader import LogReader

ResultT = TypeVar("ResultT")

_SHORTEST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.4
_PAUSE_PER_QUIET_SECOND = 0.15
_FIRST_RETRY_SECONDS = 0.1
_LONGEST_RETRY_SECONDS = 2.0
_WAITING_LONG_SECONDS = 2.0


async def follow(
    client: ColonyClient,
    process_id: str,
    *,
    on_log: Callable[[Log], None] | None,
    on_long_wait: Callable[[Process], Awaitable[None]] | None,
    revive: Callable[[], Awaitable[None]] | None,
    say: Callable[[str], None],
) -> Process:
    """Return the process once it has ended; until then pass on its log, entry by entry.

    `on_long_wait` is called once when nobody takes the process for a while. An unreachable server is asked again until
    it answers, after `revive` has had a chance to do something about it. Raises Refused when the process cannot be
    seen (any more).
    """
    reader = LogReader(lambda since, count: client.logs(process_id, since=since, count=count))
    patience = _Patience(say, revive)
    begin = last_change = time.monotonic()
    last_state: ProcessState | None = None
    while True:
        # The state is read before the log: what an ended process has logged is complete.
        process = await patience.ask(lambda: client.process(process_id))
        while on_log and (entries := await patience.ask(reader.fresh)):
            for entry in entries:
                on_log(entry)
            last_change = time.monotonic()
        if process.state.is_final:
            return process
        now = time.monotonic()
        if process.state is not last_state:
            last_state, last_change = process.state, now
        if on_long_wait and process.state is ProcessState.WAITING and now - begin > _WAITING_LONG_SECONDS:
            await on_long_wait(process)
            on_long_wait = None
        await asyncio.sleep(_pause(now - last_change))


class _Patience:
    """Asks until the server answers, and says when that begins and when it is over."""

    def __init__(self, say: Callable[[str], None], revive: Callable[[], Awaitable[None]] | None) -> None:
        self._say = say
        self._revive = revive

    async def ask(self, question: Callable[[], Awaitable[ResultT]]) -> ResultT:
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


def _pause(quiet_seconds: float) -> float:
    """Ask often while things change and seldom while nothing does, never late by more than a fraction."""
    return min(max(quiet_seconds * _PAUSE_PER_QUIET_SECOND, _SHORTEST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)
