"""The processes that this executor has taken on and not yet brought to their end."""

import asyncio
import time

import structlog

from colonyexecutors.attempt import Attempt
from colonyexecutors.errors import ExecutorError, StageFailed, StartFailed
from colonyexecutors.fitting import demand_of
from colonyexecutors.job import attempt_of, read_job
from colonyexecutors.journal import Entry
from colonyexecutors.ledger import Ledger, Reservation, Resources
from colonyexecutors.runtimes.base import Handle
from colonyexecutors.site import Site
from colonyexecutors.verdict import as_failure
from colonysdk.objects import Process

_REMEMBERED = 10_000

_log = structlog.get_logger()


class RunningProcesses:
    """Starts attempts and keeps book of them."""

    def __init__(self, site: Site, ledger: Ledger) -> None:
        self._site = site
        self._ledger = ledger
        self._attempts: dict[tuple[str, str], tuple[Attempt, asyncio.Task[None]]] = {}
        # What has ended here may still look like ours in a list that the server made a moment ago.
        self._finished: dict[tuple[str, str], None] = {}
        self._left: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._attempts)

    def take(self, process: Process) -> None:
        """Take on a process that was assigned to this executor, unless it was taken already."""
        if self.knows(process):
            return
        entry = Entry(process, self._site.runtime.name, taken_at=time.time())
        try:
            self._site.journal.add(entry)
        except (ExecutorError, OSError) as error:
            _log.error("a process cannot be taken on", process_id=process.process_id, problem=str(error))
            failure = StartFailed("journal", f"the executor cannot write its journal: {error}", retry=True)
            entry.failure = as_failure(failure)
        self.go_on(entry, None, recovered=False)

    def go_on(self, entry: Entry, handle: Handle | None, *, recovered: bool = True) -> None:
        """Go on with a process that an earlier run of this executor had taken on."""
        key = (entry.process_id, entry.attempt)
        demand = _demand(entry.process)
        reservation = self._ledger.enter_running(demand, entry.gpu_ids) if handle else self._ledger.reserve(demand)
        attempt = Attempt(self._site, entry, reservation, handle=handle, recovered=recovered)
        task = asyncio.create_task(self._run(attempt, key, reservation))
        self._attempts[key] = (attempt, task)

    def leave(self, entry: Entry) -> None:
        """Leave a process to a later run of this executor."""
        self._left.add((entry.process_id, entry.attempt))

    def knows(self, process: Process) -> bool:
        """Whether this assignment is or was being run here, or is left to a later run."""
        key = (process.process_id, attempt_of(process))
        return key in self._attempts or key in self._finished or key in self._left

    def stop(self) -> None:
        """End all programs and fail their processes."""
        for attempt, _ in self._attempts.values():
            attempt.stop()

    async def finished(self) -> None:
        """Wait until none is left."""
        while self._attempts:
            await asyncio.wait([task for _, task in self._attempts.values()])

    async def abandon(self) -> None:
        """Leave them as they are: the journal keeps them for the next run."""
        tasks = [task for _, task in self._attempts.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, attempt: Attempt, key: tuple[str, str], reservation: Reservation) -> None:
        try:
            with reservation:
                await attempt.run()
        except Exception:  # noqa: BLE001 - a boundary: the executor goes on
            _log.exception("a process could not be brought to its end", process_id=key[0])
        finally:
            del self._attempts[key]
            self._finished[key] = None
            if len(self._finished) > _REMEMBERED:
                del self._finished[next(iter(self._finished))]


def _demand(process: Process) -> Resources:
    """What a process asks for, as far as that can be read: it fails in its first stage where it cannot."""
    try:
        return demand_of(read_job(process, image_required=False))
    except StageFailed:
        return Resources(0, 0, 1)
