"""Channels: a process's submitter and its executor append entries and read each other's, in the order of appending.

Entries are stored, so that a restart and every other server show the same log. A channel is there from submission, for
who its specification names it, until its process is over.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.access import Caller
from colonyserver.clock import Clock
from colonyserver.errors import Forbidden, NotFound, Refusal
from colonyserver.events import ChannelAppended, Events
from colonyserver.limits import Limits
from colonyserver.services.names import check_text
from colonyserver.services.rate import RateLimit
from colonyserver.storage.channels import (
    ChannelKey,
    ChannelProcess,
    EntryRecord,
    Volume,
    append_entries,
    find_channel_process,
    find_volumes,
    is_declared,
    lock_channel_processes,
    read_entries,
)
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.database import Database

_DEFAULT_TYPE = "data"
_MOST_ENTRIES_AT_ONCE = 10_000
_MOST_BYTES_AT_ONCE = 8 * 1024 * 1024


class NewEntry(NamedTuple):
    """What a sender appends; `sequence` and `in_reply_to` are its own affair, an empty type is "data"."""

    key: ChannelKey
    sequence: int
    in_reply_to: int
    entry_type: str
    payload: bytes | None


class Page(NamedTuple):
    """What a follower reads next; `is_over` says that after it there will never be more."""

    entries: list[EntryRecord]
    is_over: bool


class ChannelService:
    """Appends to channels, reads and follows them."""

    def __init__(self, database: Database, events: Events, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._events = events
        self._append = _Append(clock, limits)
        self._most_payload = limits.channel_payload_bytes

    async def append(self, caller: Caller, entry: NewEntry) -> None:
        """Append an entry and wake who follows the channel.

        Raises NotFound, Forbidden unless the caller is the submitter or the assigned executor, and Refusal (wire: 500)
        for a payload that is too large, too many messages in a short time and a channel that is full.
        """
        check_text(entry.entry_type, "entry type")
        if entry.payload is not None and len(entry.payload) > self._most_payload:
            raise Refusal(f"message payload exceeds maximum size; it may have {self._most_payload} bytes", status=500)
        await self._database.write_batched(self._append, (caller, entry))
        self._events.publish(ChannelAppended(*entry.key))

    async def read(self, caller: Caller, key: ChannelKey, *, after: int, limit: int) -> list[EntryRecord]:
        """Up to `limit` entries after the first `after` of them; a limit of 0 means all that fit one answer.

        Raises NotFound, also once the process is over, and Forbidden as `append` does.
        """

        def query(connection: Connection) -> list[EntryRecord]:
            _find_channel(connection, caller, key, "read from")
            return _read_page(connection, key, after, limit)

        return await self._database.read(query)

    async def check_follower(self, caller: Caller, key: ChannelKey) -> None:
        """Raise NotFound or Forbidden unless the caller may begin to follow a channel."""
        await self._database.read(lambda connection: _find_channel(connection, caller, key, "subscribe to"))

    async def read_on(self, caller: Caller, key: ChannelKey, after: int) -> Page:
        """What a follower has not read yet, also after the process's end; raises Forbidden when it may no more."""

        def query(connection: Connection) -> Page:
            process = find_channel_process(connection, key.process_id)
            if process is None:
                return Page([], is_over=True)
            _check_party(caller, process, "subscribe to")
            entries = _read_page(connection, key, after)
            return Page(entries, is_over=not entries and _is_over(process))

        return await self._database.read(query)


class _Append(BatchOperation[tuple[Caller, NewEntry], None]):
    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._rate = RateLimit(limits.channel_rate, limits.channel_burst)

    def execute(self, connection: Connection, items: Sequence[tuple[Caller, NewEntry]]) -> Sequence[Exception | None]:
        processes = lock_channel_processes(connection, [entry.key.process_id for _, entry in items])
        volumes = find_volumes(connection, [entry.key for _, entry in items])
        outcomes: list[Exception | None] = []
        records: list[EntryRecord] = []
        for caller, entry in items:
            try:
                process = _check_party(caller, processes.get(entry.key.process_id), "write to")
                _check_channel(connection, process, entry.key, is_known=entry.key in volumes)
                volumes[entry.key] = volume = self._grown(volumes.get(entry.key, Volume()), entry)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            records.append(self._record(caller, process, entry, volume.entries))
            outcomes.append(None)
        changed = {ChannelKey(record.process_id, record.name) for record in records}
        append_entries(connection, records, {key: volumes[key] for key in changed})
        return outcomes

    def _grown(self, volume: Volume, entry: NewEntry) -> Volume:
        """What a channel holds with one more entry; raises Refusal (wire: 500) when that is too much or too soon."""
        limits = self._limits
        grown = Volume(volume.entries + 1, volume.bytes + len(entry.payload or b""))
        if grown.entries > limits.channel_entries:
            raise Refusal(f"channel log is full; it holds {limits.channel_entries} entries", status=500)
        if grown.bytes > limits.channel_bytes:
            raise Refusal(f"channel log is full; it holds at most {limits.channel_bytes} bytes", status=500)
        if not self._rate.take(entry.key.process_id):
            raise Refusal(f"rate limit exceeded; {limits.channel_rate} messages a second are taken", status=500)
        return grown

    def _record(self, caller: Caller, process: ChannelProcess, entry: NewEntry, position: int) -> EntryRecord:
        return EntryRecord(
            process_id=process.process_id,
            name=entry.key.name,
            position=position,
            colony_name=process.colony_name,
            sequence=entry.sequence,
            in_reply_to=entry.in_reply_to,
            timestamp=self._clock.now(),
            sender_id=caller.id,
            entry_type=entry.entry_type or _DEFAULT_TYPE,
            payload=entry.payload,
        )


def _find_channel(connection: Connection, caller: Caller, key: ChannelKey, verb: str) -> None:
    process = _check_party(caller, find_channel_process(connection, key.process_id), verb)
    _check_channel(connection, process, key)


def _check_party(caller: Caller, process: ChannelProcess | None, verb: str) -> ChannelProcess:
    """Raise unless the caller is one of the two that a process's channels are for."""
    if process is None:
        raise NotFound("Process not found")
    caller.approved_member(process.colony_name)
    is_executor = process.is_assigned and caller.id == process.executor_id
    if caller.id != process.initiator_id and not is_executor:
        raise Forbidden(f"Not authorized to {verb} channel")
    return process


def _check_channel(connection: Connection, process: ChannelProcess, key: ChannelKey, *, is_known: bool = False) -> None:
    """Raise NotFound unless there is such a channel now; wire: there is none any more when the process is over."""
    if _is_over(process) or not (is_known or is_declared(connection, key)):
        raise NotFound("Channel not found")


def _is_over(process: ChannelProcess) -> bool:
    return process.state not in (ProcessState.WAITING, ProcessState.RUNNING)


def _read_page(connection: Connection, key: ChannelKey, after: int, limit: int = 0) -> list[EntryRecord]:
    most_entries = min(limit, _MOST_ENTRIES_AT_ONCE) if limit > 0 else _MOST_ENTRIES_AT_ONCE
    return read_entries(connection, key, after, most_entries=most_entries, most_bytes=_MOST_BYTES_AT_ONCE)
