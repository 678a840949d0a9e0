"""Assignment: executors ask for work, and wait for it when there is none."""

import asyncio
from typing import Never

from colonysdk.objects import ProcessState
from colonyserver.clock import Clock
from colonyserver.errors import Invalid, NothingAvailable, Paused, Unavailable
from colonyserver.events import ColonyRemoved, Events, PauseChanged, ProcessChanged
from colonyserver.requirements import Asker
from colonyserver.services.changes import changed
from colonyserver.services.presence import Presence
from colonyserver.services.requeueing import RequeueService
from colonyserver.services.waiters import Waiters
from colonyserver.storage.claiming import Claim, Missed, Outcome
from colonyserver.storage.database import Database
from colonyserver.storage.guards import paused_colonies
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.queue import Queue

_CONTESTED_SECONDS = 0.005
"""After so long the other server that was about to take what there is will have done so, or not."""

_DATABASE_AWAY_SECONDS = 1.0

_RECHECK_SECONDS = 30.0
"""Parked calls look again this often, although nothing should depend on it."""


class AssignmentService:
    """Hands out processes."""

    def __init__(
        self,
        database: Database,
        queue: Queue,
        events: Events,
        clock: Clock,
        requeueing: RequeueService,
        presence: Presence,
        waiters: Waiters,
    ) -> None:
        self._database = database
        self._events = events
        self._requeueing = requeueing
        self._presence = presence
        self._claim_operation = Claim(queue, clock, requeueing.give_back)
        self._waiters = waiters
        self._paused: set[str] = set()
        self._is_stopping = False
        events.subscribe(ProcessChanged, self._on_process)
        events.subscribe(PauseChanged, self._on_pause)
        events.subscribe(ColonyRemoved, lambda removed: self._paused.discard(removed.colony_name))

    async def start(self) -> None:
        """Learn which colonies are paused; call once before the first assignment."""
        self._paused = await self._database.read(paused_colonies)

    async def catch_up(self) -> None:
        """Learn anew what is paused, and let everybody look again; when events may have been missed."""
        await self.start()
        self._waiters.wake()

    def stop(self) -> None:
        """Answer every parked call as if its time was over, and every later one that would wait."""
        self._is_stopping = True
        self._waiters.wake()

    @property
    def waiting_count(self) -> int:
        """How many calls are parked."""
        return len(self._waiters)

    async def assign(self, asker: Asker, timeout_seconds: float) -> ProcessRecord:
        """Assign the waiting process with the lowest priority time that the asker can take.

        Waits up to `timeout_seconds` for one to come; not at all when that is negative. When the call is cancelled, a
        process it was just given goes back into the queue. Raises Invalid for a timeout of zero, NothingAvailable
        (also when the server stops), Paused, Forbidden when the executor is approved no more.
        """
        if timeout_seconds == 0:
            raise Invalid("Invalid timeout value, timeout cannot be zero")
        self._presence.heard(asker.colony_name, asker.executor_name)
        if timeout_seconds < 0:
            return await self._assign_now(asker)
        return await self._assign_or_wait(asker, asyncio.get_running_loop().time() + timeout_seconds)

    def give_back(self, record: ProcessRecord) -> None:
        """Return a process because its executor could not be told that it has it."""
        self._requeueing.give_back(record)

    async def _assign_now(self, asker: Asker) -> ProcessRecord:
        if asker.colony_name in self._paused:
            raise Paused("No processes available: colony assignments are paused")
        record = await self._claim(asker)
        if record is None:
            raise _nothing()
        return record

    async def _assign_or_wait(self, asker: Asker, deadline: float) -> ProcessRecord:
        # Who finds something at once, as most do where there is much to do, need not take part in the waiting.
        news = self._waiters.news
        record = await self._look(asker)
        return record or await self._wait(asker, deadline, news)

    async def _wait(self, asker: Asker, deadline: float, news: int) -> ProcessRecord:
        """Wait for a process after a look in vain, which began when there was so much news."""
        loop = asyncio.get_running_loop()
        recheck_seconds = _RECHECK_SECONDS
        presence = self._presence.waiting(asker.colony_name, asker.executor_name)
        with self._waiters.join(asker) as waiter, presence:
            if self._waiters.news != news:
                waiter.wake()
            while True:
                await waiter.wait(min(deadline, loop.time() + recheck_seconds))
                recheck_seconds = _RECHECK_SECONDS
                waiter.begin_look()
                try:
                    record = await self._look(asker)
                except Unavailable:
                    # Who was let in while the database worked waits until it does so again.
                    if loop.time() >= deadline:
                        raise
                    recheck_seconds = _DATABASE_AWAY_SECONDS
                    continue
                if record is not None:
                    return record
                waiter.found_nothing()
                if loop.time() >= deadline:
                    self._refuse_late(asker)

    async def _look(self, asker: Asker) -> ProcessRecord | None:
        """The best process for an asker, if there is one and its colony hands any out."""
        if self._is_stopping:
            raise _nothing()
        return None if asker.colony_name in self._paused else await self._claim(asker)

    async def _claim(self, asker: Asker) -> ProcessRecord | None:
        while (outcome := await self._claim_once(asker)) is Missed.CONTESTED:
            await asyncio.sleep(_CONTESTED_SECONDS)
        if not isinstance(outcome, ProcessRecord):
            return None
        self._events.publish(changed(outcome))
        return outcome

    async def _claim_once(self, asker: Asker) -> Outcome:
        claim = self._database.write_batched(self._claim_operation, asker)
        try:
            return await claim
        except asyncio.CancelledError:
            if claim.done() and not claim.cancelled() and claim.exception() is None:
                won = claim.result()
                if isinstance(won, ProcessRecord):
                    self._requeueing.give_back(won)
            raise

    def _refuse_late(self, asker: Asker) -> Never:
        if asker.colony_name in self._paused:
            raise Paused("Assignment timeout: colony assignments are paused", status=408)
        raise _nothing()

    def _on_process(self, change: ProcessChanged) -> None:
        if change.state != ProcessState.WAITING:
            self._waiters.gone(change.process_id)
        if change.requirement is not None and change.colony_name not in self._paused:
            self._waiters.offer(change.process_id, change.requirement)

    def _on_pause(self, change: PauseChanged) -> None:
        if change.is_paused:
            self._paused.add(change.colony_name)
        else:
            self._paused.discard(change.colony_name)
            self._waiters.wake(change.colony_name)


def _nothing() -> NothingAvailable:
    return NothingAvailable("No process available for assignment")
