"""Expiry: what becomes of processes whose deadline has passed (wire: maxwaittime, maxexectime, maxretries)."""

from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.clock import Clock
from colonyserver.events import Events, ProcessChanged
from colonyserver.services.changes import changed, ended, requirement_of
from colonyserver.services.workflows_resolution import Resolution
from colonyserver.storage.database import Database
from colonyserver.storage.deadlines import due_processes, next_due_at
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import status_of
from colonyserver.storage.queue import Queue
from colonyserver.storage.transitions import Finish, Requeue, finish_processes, requeue_processes

_WAITED_TOO_LONG = '["Maximum waiting time limit exceeded"]'
_RAN_TOO_LONG = '["Maximum execution time limit exceeded"]'
_BATCH = 500


class _Expired(NamedTuple):
    changes: list[ProcessChanged]
    is_more_due: bool
    next_due_at: int | None


class ExpiryService:
    """Fails processes that waited or ran too long, and gives those another try that have one left."""

    def __init__(self, database: Database, queue: Queue, events: Events, clock: Clock, resolution: Resolution) -> None:
        self._database = database
        self._queue = queue
        self._events = events
        self._clock = clock
        self._resolution = resolution

    async def expire(self) -> int | None:
        """Deal with every deadline that has passed; returns when the next one passes, in Unix nanoseconds."""
        while True:
            expired = await self._database.write(self._expire_batch)
            for change in expired.changes:
                self._events.publish(change)
            if not expired.is_more_due:
                return expired.next_due_at

    def _expire_batch(self, connection: Connection) -> _Expired:
        due = due_processes(connection, self._clock.now(), _BATCH)
        again = [record for record in due if _has_a_try_left(record)]
        over = [record for record in due if not _has_a_try_left(record)]
        changes = self._fail(connection, over) + self._retry(connection, again)
        return _Expired(changes, len(due) == _BATCH, next_due_at(connection))

    def _fail(self, connection: Connection, records: list[ProcessRecord]) -> list[ProcessChanged]:
        finishes = [
            Finish(
                status_of(record),
                ProcessState.FAILED,
                self._clock.now(),
                errors_json=_WAITED_TOO_LONG if record.state == ProcessState.WAITING else _RAN_TOO_LONG,
            )
            for record in records
        ]
        finish_processes(connection, self._queue, finishes)
        consequences = self._resolution.resolve(connection, finishes)
        return [*[ended(finish.status, finish.state) for finish in finishes], *consequences]

    def _retry(self, connection: Connection, records: list[ProcessRecord]) -> list[ProcessChanged]:
        former_ids = [record.executor_id for record in records]
        requeues = [Requeue(record, requirement_of(record), self._clock.now(), is_retry=True) for record in records]
        requeue_processes(connection, self._queue, requeues)
        return [
            changed(requeue.record, requeue.requirement, former_id)
            for requeue, former_id in zip(requeues, former_ids, strict=True)
        ]


def _has_a_try_left(record: ProcessRecord) -> bool:
    """wire: maxretries 0 fails at the first expiry, n gives n more tries, a negative one any number."""
    return record.state == ProcessState.RUNNING and (record.max_retries < 0 or record.retries < record.max_retries)
