"""What can end a process from outside: the server, its deadlines, and the operator."""

import asyncio
import random
import time
from datetime import timedelta

from colonyexecutors.errors import NotOurs, RunFailed
from colonyexecutors.journal import Entry
from colonyexecutors.lease import Lease
from colonyexecutors.ownership import require_ours
from colonyexecutors.site import Site
from colonysdk.errors import Refused, Unreachable
from colonysdk.units import format_duration

_LOOK_SECONDS = (0.5, 0.9)
_TOLD_LOOK_SECONDS = (20.0, 30.0)
"""Where the server tells what happens, looking is a precaution."""
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
        self._lease = Lease(site, entry)
        self._next_look = 0.0

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
        with self._site.changes.of(self._entry.process_id, self._look_soon):
            return await self._until_end()

    async def _until_end(self) -> RunFailed:
        self._next_look = time.time() + random.uniform(*_LOOK_SECONDS)
        while True:
            self._woken.clear()
            now = time.time()
            if self._stopped and not self._program_ended:
                return _stopped()
            if now >= self._deadline():
                raise NotOurs("its execution deadline has passed")
            if now >= self._walltime_end():
                return _walltime_exceeded(self._walltime_seconds)
            if now >= self._next_look:
                # News that comes while the server is asked makes for another look.
                self._next_look = now + random.uniform(*self._look_seconds())
                await self._look()
            if now >= self._lease.renewal and not self._program_ended:
                await self._lease.renew()
            await self._sleep_until(min(self._deadline(), self._walltime_end(), self._next_look, self._renewal()))

    def _deadline(self) -> float:
        """When the server lets the assignment expire, on this machine's clock."""
        return float("inf") if self._program_ended else self._lease.until

    def _renewal(self) -> float:
        return float("inf") if self._program_ended else self._lease.renewal

    def _look_seconds(self) -> tuple[float, float]:
        return _TOLD_LOOK_SECONDS if self._site.changes.are_told else _LOOK_SECONDS

    def _look_soon(self) -> None:
        self._next_look = 0.0
        self._woken.set()

    def _walltime_end(self) -> float:
        if self._program_ended or not self._walltime_seconds or self._entry.started_at is None:
            return float("inf")
        return self._entry.started_at + self._walltime_seconds

    async def _look(self) -> None:
        try:
            await require_ours(self._site.client, self._site.executor_id, self._entry)
        except Unreachable:
            self._next_look = time.time() + random.uniform(*_LOOK_SECONDS)
            return
        except Refused as refusal:
            self._next_look = time.time() + random.uniform(*_LOOK_SECONDS)
            # One may pass, such as while somebody approves the executor again.
            self._refusals += 1
            if refusal.forbidden and self._refusals >= _MOST_REFUSALS:
                raise NotOurs(f"the server refuses this executor: {refusal}") from refusal
            return
        self._refusals = 0

    async def _sleep_until(self, moment: float) -> None:
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
