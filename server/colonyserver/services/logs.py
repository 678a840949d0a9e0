"""Logs: executors write them line by line, everybody in the colony reads and searches them."""

from collections.abc import Sequence

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.access import Caller, Member
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Forbidden, Invalid, NotFound, Refusal
from colonyserver.limits import Limits
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.database import Database
from colonyserver.storage.executors import find_executor
from colonyserver.storage.log_volumes import LogVolume, find_log_volumes, set_log_volumes
from colonyserver.storage.logs import (
    LogRecord,
    insert_logs,
    last_timestamp_of_others,
    read_executor_log,
    read_process_log,
    search_logs,
)
from colonyserver.storage.processes import ProcessStatus, find_statuses

MAX_SEARCH_DAYS = 30
_DAY_SECONDS = 86_400


class LogService:
    """Appends, reads and searches logs."""

    def __init__(self, database: Database, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._clock = clock
        self._append = _Append(clock, limits)
        self._most_read = limits.log_count
        self._most_found = limits.list_count

    async def add(self, caller: Caller, process_id: str, message: str) -> None:
        """Append to the log of a running process.

        Raises NotFound (wire: 500), Forbidden unless the process is running and the caller its executor, and Refusal
        (status 413) when the log is full, which its last entry then says.
        """
        await self._database.write_batched(self._append, (caller, process_id, message))

    async def add_of_executor(self, member: Member, executor_name: str, message: str) -> None:
        """Append to an executor's own log; raises Forbidden unless the member is that executor."""
        if not member.is_executor or member.name != executor_name:
            raise Forbidden("Failed to add log, only an executor can add to its own log")
        record = LogRecord("", member.colony_name, member.name, message, self._clock.now())
        await self._database.write(lambda connection: insert_logs(connection, [record]))

    async def read(
        self,
        colony_name: str,
        *,
        process_id: str = "",
        executor_name: str = "",
        count: int,
        since: int = 0,
        latest: bool = False,
    ) -> list[LogRecord]:
        """Entries in the order of their timestamps: by an executor if one is named, else of a process.

        `since` is exclusive, in Unix nanoseconds; `latest` gives the last ones instead. Raises Invalid for a negative
        count, Forbidden for one that is too large (wire: 403), NotFound (wire: 500).
        """
        if count < 0:
            raise Invalid("Failed to get logs, the count is negative")
        if count > self._most_read:
            raise Forbidden(f"Count is larger than MaxLogCount limit <{self._most_read}>")

        def of_process(connection: Connection) -> list[LogRecord]:
            status = find_statuses(connection, [process_id]).get(process_id)
            if status is None or status.colony_name != colony_name:
                raise NotFound("Failed to get logs, process is nil", status=500)
            return read_process_log(connection, process_id, count=count, since=since, latest=latest)

        def of_executor(connection: Connection) -> list[LogRecord]:
            if find_executor(connection, colony_name, executor_name) is None:
                raise NotFound("Failed to get logs, executor is nil", status=500)
            return read_executor_log(connection, colony_name, executor_name, count=count, since=since, latest=latest)

        return await self._database.read(of_executor if executor_name else of_process)

    async def search(self, colony_name: str, text: str, *, days: int, count: int) -> list[LogRecord]:
        """Entries of the last `days` that contain a text, newest first.

        Raises Invalid beyond 30 days, or for more entries than one answer may hold.
        """
        if not 0 <= count <= self._most_found:
            raise Invalid(f"Count is larger than MaxCount limit <{self._most_found}>")
        if not 0 <= days <= MAX_SEARCH_DAYS:
            raise Invalid(f"Days is larger than MaxDays limit <{MAX_SEARCH_DAYS}>")
        since = self._clock.now() - days * _DAY_SECONDS * NANOSECONDS
        return await self._database.read(
            lambda connection: search_logs(connection, colony_name, text, since=since, count=count)
        )


class _Append(BatchOperation[tuple[Caller, str, str], None]):
    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._most_entries = limits.log_entries
        self._most_bytes = limits.log_bytes
        self._bounds = f"the log of a process holds at most {self._most_entries} entries and {self._most_bytes} bytes"

    def execute(self, connection: Connection, items: Sequence[tuple[Caller, str, str]]) -> Sequence[Exception | None]:
        process_ids = [process_id for _, process_id, _ in items]
        statuses = find_statuses(connection, process_ids)
        volumes = find_log_volumes(connection, process_ids)
        # Whoever follows a log asks for what is newer than the last entry: none may come later with an earlier time.
        self._clock.advance_to(last_timestamp_of_others(connection, process_ids))
        outcomes: list[Exception | None] = []
        records: list[LogRecord] = []
        for caller, process_id, message in items:
            try:
                status = _may_write(caller, statuses.get(process_id))
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            before = volumes.get(process_id, LogVolume(status.colony_name))
            volumes[process_id] = volume = self._grown(before, message)
            if not volume.is_cut:
                records.append(self._record(status, message))
            elif not before.is_cut:
                records.append(self._record(status, f"\n[the log ends here: {self._bounds}]\n"))
            outcomes.append(Refusal(f"Failed to add log, {self._bounds}", status=413) if volume.is_cut else None)
        insert_logs(connection, records)
        set_log_volumes(connection, {record.process_id: volumes[record.process_id] for record in records})
        return outcomes

    def _grown(self, volume: LogVolume, message: str) -> LogVolume:
        """What a log holds with one more message; nothing comes after the first that does not fit."""
        entry_count = volume.entry_count + 1
        byte_count = volume.byte_count + len(message.encode())
        if volume.is_cut or entry_count > self._most_entries or byte_count > self._most_bytes:
            return volume._replace(is_cut=True)
        return volume._replace(entry_count=entry_count, byte_count=byte_count)

    def _record(self, status: ProcessStatus, message: str) -> LogRecord:
        return LogRecord(status.process_id, status.colony_name, status.executor_name, message, self._clock.now())


def _may_write(caller: Caller, status: ProcessStatus | None) -> ProcessStatus:
    if status is None:
        raise NotFound("Failed to add log, process is nil", status=500)
    caller.approved_member(status.colony_name)
    if status.state != ProcessState.RUNNING:
        raise Forbidden("Failed to add log, process is not running")
    if status.executor_id != caller.id:
        raise Forbidden("Failed to add log, not allowed to add log")
    return status
