"""Leases: an executor that still works on a process asks for more time (extension `lease`).

`maxexectime` is the limit of a run, unless the specification has a longer `maxleasetime`: then it is how long the
server waits without hearing from the executor, and `maxleasetime` how long the run may take in all. So a submitter can
have a lost executor noticed soon, and give a long run its time.
"""

import json

from sqlalchemy import Connection

from colonysdk.objects import Lease, ProcessState
from colonyserver.access import Caller
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Conflict, Forbidden, NotFound
from colonyserver.events import Events, LeaseRenewed
from colonyserver.storage.database import Database
from colonyserver.storage.driver import execute
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records
from colonyserver.storage.times import to_datetime

_LONGEST_SECONDS = 10**9
"""31 years; deadlines stay within 64-bit nanoseconds."""

_RENEW = """
    UPDATE process SET exec_deadline = ?, due_at = ?
    WHERE process_id = ? AND state = 1 AND executor_id = ? AND started_at = ?
"""


class LeaseService:
    """Renews leases."""

    def __init__(self, database: Database, events: Events, clock: Clock) -> None:
        self._database = database
        self._events = events
        self._clock = clock

    async def renew(self, caller: Caller, process_id: str) -> Lease:
        """Move the execution deadline of a process to `maxexectime` from now, but not beyond `maxleasetime`.

        A process without a deadline needs no renewal and keeps having none. Raises NotFound, Forbidden unless the
        caller is the executor that runs it, Conflict when it does not run or has no `maxleasetime` beyond that.
        """

        def unit(connection: Connection) -> ProcessRecord:
            record = find_records(connection, [process_id]).get(process_id)
            if record is None:
                raise NotFound("Failed to renew lease, process not found")
            caller.approved_member(record.colony_name)
            _refuse(record, caller)
            if record.max_exec_time <= 0:
                return record
            record.exec_deadline = self._renewed(record)
            parameters = (record.process_id, caller.id, record.started_at)
            if not execute(connection, _RENEW, (record.exec_deadline, record.exec_deadline, *parameters)):
                raise Conflict("Failed to renew lease, the process is not running any more")
            return record

        record = await self._database.write(unit)
        if record.max_exec_time <= 0:
            return Lease(process_id=process_id)
        self._events.publish(
            LeaseRenewed(record.process_id, record.colony_name, record.executor_type, record.executor_id)
        )
        return Lease(process_id=process_id, exec_deadline=to_datetime(record.exec_deadline))

    def _renewed(self, record: ProcessRecord) -> int:
        max_lease_time: int = json.loads(record.spec_json).get("maxleasetime", 0)
        if max_lease_time <= record.max_exec_time:
            raise Conflict(
                "Failed to renew lease, maxexectime is the limit of this process; "
                "a longer maxleasetime in its specification would allow for renewals"
            )
        assert record.started_at is not None
        assert record.exec_deadline is not None
        latest = record.started_at + min(max_lease_time, _LONGEST_SECONDS) * NANOSECONDS
        return max(record.exec_deadline, min(self._clock.now() + record.max_exec_time * NANOSECONDS, latest))


def _refuse(record: ProcessRecord, caller: Caller) -> None:
    if record.executor_id != caller.id:
        raise Forbidden("Failed to renew lease, only the executor that runs a process can")
    if record.state != ProcessState.RUNNING:
        raise Conflict("Failed to renew lease, the process is not running any more")
