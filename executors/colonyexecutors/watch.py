"""What can end a process from outside: the server, its deadlines, and the operator."""

import asyncio
import random
import time
from datetime import timedelta

from colonyexecutors.errors import NotOurs, RunFailed
from colonyexecutors.journal import Entry
from colonyexecutors.ownership import require_ours
from colonyexecutors.site import Site
from colonysdk.errors import Refused, Unreachable
from colonysdk.units import format_duration

_LOOK_SECONDS = (0.5, 0.9)
_MOST_REFUSALS = 3


class Watch:
    """Watches over one process for as long as it is with this executor."""

    def __init__(self, site: Site, entry: Entry) -> None:
        self._site = site
        self._entry = entry
        self._walltime_seconds = 0
        self._stopped = False
        self._program_ended = False
        self._woken = asyncio.Event()
        self._refusals = 0

    def limit(self, walltime_seconds: int) -> None:
        """Let the program run no longer than that, 0 for no limit; counted from when it was started."""
        self._walltime_seconds = walltime_seconds
        self._woken.set()

    def stop(self) -> None:
        """End the program because the executor stops."""
        self._stopped = True
        self._woken.set()

    def release(self) -> None:
        """Take note that the program has ended: what is left is to tell the server, however long that takes."""
        self._program_ended = True

    async def until_end(self) -> RunFailed:
        """Return why this executor has to end the program; raises NotOurs when the server takes it away.

        A process whose execution deadline has passed counts as taken away: the server decides whether it is retried.
        """
        next_look = time.time() + random.uniform(*_LOOK_SECONDS)
        while True:
            now = time.time()
            if self._stopped and not self._program_ended:
                return _stopped()
            if now >= self._deadline():
                raise NotOurs("its execution deadline has passed")
            if now >= self._walltime_end():
                return _walltime_exceeded(self._walltime_seconds)
            if now >= next_look:
                await self._look()
                next_look = time.time() + random.uniform(*_LOOK_SECONDS)
            await self._sleep_until(min(self._deadline(), self._walltime_end(), next_look))

    def _deadline(self) -> float:
        """When the server lets the assignment expire, on this machine's clock."""
        process = self._entry.process
        if self._program_ended:
            return float("inf")
        if process.exec_deadline is None or process.start_time is None or process.spec.max_exec_time <= 0:
            return float("inf")
        # Both moments are on the server's clock, which may differ from ours.
        return self._entry.taken_at + (process.exec_deadline - process.start_time).total_seconds()

    def _walltime_end(self) -> float:
        if self._program_ended or not self._walltime_seconds or self._entry.started_at is None:
            return float("inf")
        return self._entry.started_at + self._walltime_seconds

    async def _look(self) -> None:
        try:
            await require_ours(self._site.client, self._site.executor_id, self._entry)
        except Unreachable:
            return
        except Refused as refusal:
            # One may pass, such as while somebody approves the executor again.
            self._refusals += 1
            if refusal.forbidden and self._refusals >= _MOST_REFUSALS:
                raise NotOurs(f"the server refuses this executor: {refusal}") from refusal
            return
        self._refusals = 0

    async def _sleep_until(self, moment: float) -> None:
        self._woken.clear()
        try:
            async with asyncio.timeout(max(moment - time.time(), 0)):
                await self._woken.wait()
        except TimeoutError:
            return


def _walltime_exceeded(seconds: int) -> RunFailed:
    return RunFailed(
        "walltime",
        f"program was ended because it ran longer than its walltime of {format_duration(timedelta(seconds=seconds))}",
        hint="ask for more time in conditions.walltime",
    )


def _stopped() -> RunFailed:
    return RunFailed(
        "executor_stopped",
        "program was ended because the executor was stopped",
        hint="submit the process again",
        retry=True,
    )
