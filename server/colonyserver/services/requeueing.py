"""Requeueing: running processes that lost their executor wait again, as if they had never started."""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.clock import Clock
from colonyserver.errors import ServerError
from colonyserver.events import Events, ProcessChanged
from colonyserver.services.changes import changed, requirement_of
from colonyserver.storage.database import Database
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records, running_of_executor
from colonyserver.storage.queue import Queue
from colonyserver.storage.transitions import Requeue, requeue_processes

_RETRY_SECONDS = 1.0
"""So often a process is given back until the database takes it."""

_log = structlog.get_logger(__name__)


class RequeueService:
    """Lets processes wait again without counting a retry."""

    def __init__(self, database: Database, queue: Queue, events: Events, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._events = events
        self._clock = clock
        self._is_draining = False
        self._returns: set[asyncio.Task[None]] = set()

    def requeue_executor(self, connection: Connection, colony_name: str, executor_id: str) -> Sequence[ProcessChanged]:
        """Requeue what an executor runs, inside the unit of work that removes it.

        Returns what must be published after the commit; the wait for an executor starts anew.
        """
        return self._requeue(connection, running_of_executor(connection, colony_name, executor_id))

    def give_back(self, record: ProcessRecord) -> None:
        """Return a process whose executor never learnt that it was assigned; goes on in the background."""
        task = asyncio.create_task(self._give_back(record))
        self._returns.add(task)
        task.add_done_callback(self._returns.discard)

    async def drain(self) -> None:
        """Wait until everything given back is in the queue."""
        self._is_draining = True
        while self._returns:
            await asyncio.gather(*self._returns)
        self._is_draining = False

    async def _give_back(self, record: ProcessRecord) -> None:
        def unit(connection: Connection) -> Sequence[ProcessChanged]:
            current = find_records(connection, [record.process_id]).get(record.process_id)
            is_same_attempt = (
                current is not None
                and current.state == ProcessState.RUNNING
                and current.started_at == record.started_at
            )
            return self._requeue(connection, [record.process_id]) if is_same_attempt else ()

        while True:
            try:
                changes = await self._database.write(unit)
                break
            except ServerError as error:
                if self._is_draining:
                    # It stays assigned; its deadline or the removal of the executor brings it back.
                    _log.warning("process not given back", process_id=record.process_id, error=str(error))
                    return
            await asyncio.sleep(_RETRY_SECONDS)
        for change in changes:
            self._events.publish(change)

    def _requeue(self, connection: Connection, process_ids: Sequence[str]) -> Sequence[ProcessChanged]:
        records = find_records(connection, process_ids).values()
        now = self._clock.now()
        former_ids = [record.executor_id for record in records]
        requeues = [Requeue(record, requirement_of(record), now, is_retry=False) for record in records]
        requeue_processes(connection, self._queue, requeues)
        return [
            changed(requeue.record, requeue.requirement, former_id)
            for requeue, former_id in zip(requeues, former_ids, strict=True)
        ]
