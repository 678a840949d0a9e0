"""Statements about channels: who may use them, appending to them, reading on from a position."""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import delete_rows, execute_rows, fetch, fetch_by_ids, fetch_rows
from colonyserver.storage.json_text import json_string, json_time


class ChannelKey(NamedTuple):
    """What identifies a channel."""

    process_id: str
    name: str


class ChannelProcess(NamedTuple):
    """The part of a process that decides who may use its channels now."""

    process_id: str
    colony_name: str
    state: int
    initiator_id: str
    executor_id: str
    is_assigned: bool


class Volume(NamedTuple):
    """How much a channel holds: entries, and bytes of payload."""

    entries: int = 0
    bytes: int = 0


class EntryRecord(NamedTuple):
    """One row of the entry table; `timestamp` in Unix nanoseconds."""

    process_id: str
    name: str
    position: int
    colony_name: str
    sequence: int
    in_reply_to: int
    timestamp: int
    sender_id: str
    entry_type: str
    payload: bytes | None

    def to_json_text(self) -> str:
        """The wire JSON of this entry, as text."""
        in_reply_to = f'"inreplyto":{self.in_reply_to},' if self.in_reply_to else ""
        payload = "null" if self.payload is None else f'"{b64encode(self.payload).decode("ascii")}"'
        return (
            f'{{"sequence":{self.sequence},{in_reply_to}"timestamp":{json_time(self.timestamp)},'
            f'"senderid":{json_string(self.sender_id)},"payload":{payload},"type":{json_string(self.entry_type)}}}'
        )


_PROCESS_COLUMNS = ", ".join(ChannelProcess._fields)
_ENTRY_COLUMNS = ", ".join(EntryRecord._fields)


def find_channel_process(connection: Connection, process_id: str) -> ChannelProcess | None:
    """The process of an id."""
    rows = fetch(connection, f"SELECT {_PROCESS_COLUMNS} FROM process WHERE process_id = ?", (process_id,))
    return ChannelProcess(*rows[0]) if rows else None


def lock_channel_processes(connection: Connection, process_ids: Iterable[str]) -> dict[str, ChannelProcess]:
    """Those of the processes that exist; until the commit nobody else ends them or appends to their channels."""
    rows = fetch_by_ids(connection, _PROCESS_COLUMNS, "process", "process_id", process_ids, lock=True)
    return {row[0]: ChannelProcess(*row) for row in rows}


def find_volumes(connection: Connection, keys: Iterable[ChannelKey]) -> dict[ChannelKey, Volume]:
    """What those of the channels hold that something was said in."""
    rows = fetch_rows(
        connection,
        "SELECT process_id, name, entry_count, byte_count FROM channel WHERE (process_id, name) IN (VALUES {rows})",
        [*set(keys)],
    )
    return {ChannelKey(process_id, name): Volume(*volume) for process_id, name, *volume in rows}


def is_declared(connection: Connection, key: ChannelKey) -> bool:
    """Whether the specification of a process names a channel."""
    rows = fetch(connection, "SELECT spec_json FROM process WHERE process_id = ?", (key.process_id,))
    return bool(rows) and key.name in (json.loads(rows[0][0]).get("channels") or ())


def append_entries(
    connection: Connection, records: Sequence[EntryRecord], volumes: Mapping[ChannelKey, Volume]
) -> None:
    """Store entries of locked processes, and what their channels hold with them."""
    execute_rows(connection, f"INSERT INTO channel_entry ({_ENTRY_COLUMNS}) VALUES {{rows}}", records)
    colony_names = {ChannelKey(record.process_id, record.name): record.colony_name for record in records}
    execute_rows(
        connection,
        "INSERT INTO channel (process_id, name, colony_name, entry_count, byte_count) VALUES {rows} "
        "ON CONFLICT (process_id, name) DO UPDATE "
        "SET entry_count = excluded.entry_count, byte_count = excluded.byte_count",
        [(*key, colony_names[key], *volume) for key, volume in volumes.items()],
    )


def read_entries(
    connection: Connection, key: ChannelKey, after: int, *, most_entries: int, most_bytes: int
) -> list[EntryRecord]:
    """The entries after a position, in order: at most so many, and so many bytes of payload, but one at least."""
    sizes = fetch(
        connection,
        "SELECT position, coalesce(length(payload), 0) FROM channel_entry "
        "WHERE process_id = ? AND name = ? AND position > ? ORDER BY position LIMIT ?",
        (*key, after, most_entries),
    )
    last = _last_within(sizes, most_bytes)
    rows = fetch(
        connection,
        f"SELECT {_ENTRY_COLUMNS} FROM channel_entry "
        "WHERE process_id = ? AND name = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?",
        (*key, after, last, most_entries),
    )
    return [EntryRecord(*row) for row in rows]


def remove_channels(connection: Connection, process_ids: Iterable[str]) -> None:
    """Delete the channels of processes, with everything that was said in them."""
    rows = [(process_id,) for process_id in process_ids]
    for table in ("channel_entry", "channel"):
        delete_rows(connection, table, ("process_id",), rows, "text")


def entry_list_json(records: Sequence[EntryRecord]) -> bytes:
    """The wire JSON of several entries; wire: none are `[]`."""
    return f"[{','.join([record.to_json_text() for record in records])}]".encode()


def _last_within(sizes: Sequence[tuple[int, int]], most_bytes: int) -> int:
    """The position up to which entries of these sizes fit."""
    last = total = 0
    for position, size in sizes:
        total += size
        if last and total > most_bytes:
            break
        last = position
    return last
