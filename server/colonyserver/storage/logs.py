"""Logs: appending lines, reading them page by page, searching."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import execute_rows, fetch, fetch_rows, is_postgresql
from colonyserver.storage.json_text import json_string
from colonyserver.storage.narrowing import LEAST, MOST, in_order, narrowed


class LogRecord(NamedTuple):
    """One entry of a log; `timestamp` in Unix nanoseconds, unique on this server."""

    process_id: str
    colony_name: str
    executor_name: str
    message: str
    timestamp: int

    def to_json_text(self) -> str:
        """The wire JSON of this entry, as text."""
        return (
            f'{{"processid":"{self.process_id}","colonyname":{json_string(self.colony_name)},'
            f'"executorname":{json_string(self.executor_name)},"message":{json_string(self.message)},'
            f'"timestamp":{self.timestamp}}}'
        )


_COLUMNS = ", ".join(LogRecord._fields)
_LAST = """
    SELECT (SELECT timestamp FROM log WHERE log.process_id = wanted.column1 ORDER BY timestamp DESC LIMIT 1)
    FROM (VALUES {rows}) AS wanted
"""


def insert_logs(connection: Connection, records: Sequence[LogRecord]) -> None:
    """Append entries."""
    execute_rows(
        connection, f"INSERT INTO log ({_COLUMNS}) VALUES {{rows}}", records, types="text text text text bigint"
    )


def read_process_log(
    connection: Connection, process_id: str, *, count: int, since: int, latest: bool
) -> list[LogRecord]:
    """Up to `count` entries of a process after `since`, or its last ones; ascending."""
    order = "timestamp DESC" if latest else "timestamp"
    condition, values = "process_id = ? AND timestamp > ?", (process_id, LEAST if latest else since)
    return _read(connection, condition, values, order, count, latest=latest)


def read_executor_log(
    connection: Connection, colony_name: str, executor_name: str, *, count: int, since: int, latest: bool
) -> list[LogRecord]:
    """Up to `count` entries by an executor, about itself and its processes; as `read_process_log`."""
    order = in_order("executor_name", "timestamp", newest_first=latest)
    condition = f"colony_name = ? AND {narrowed(connection, 'executor_name', 'timestamp')}"
    values = (colony_name, executor_name, LEAST if latest else min(since + 1, MOST), executor_name, MOST)
    return _read(connection, condition, values, order, count, latest=latest)


def search_logs(connection: Connection, colony_name: str, text: str, *, since: int, count: int) -> list[LogRecord]:
    """Up to `count` entries of a colony after `since` that contain a text, newest first.

    wire: upper and lower case differ, % stands for any characters and _ for any one.
    """
    matches, pattern = ("LIKE", _like(text)) if is_postgresql(connection) else ("GLOB", _glob(text))
    rows = fetch(
        connection,
        f"SELECT {_COLUMNS} FROM log WHERE colony_name = ? AND timestamp > ? AND message {matches} ? "
        "ORDER BY timestamp DESC LIMIT ?",
        (colony_name, since, pattern, count),
    )
    return [LogRecord(*row) for row in rows]


def last_log_timestamp(connection: Connection) -> int:
    """The timestamp of the newest entry, 0 when there is none."""
    rows = fetch(connection, "SELECT timestamp FROM log ORDER BY id DESC LIMIT 1")
    return rows[0][0] if rows else 0


def last_timestamp_of_others(connection: Connection, process_ids: Iterable[str]) -> int:
    """The newest timestamp in the logs of processes that another server may have written, whose clock may be ahead."""
    if not is_postgresql(connection):
        return 0
    rows = [(process_id,) for process_id in dict.fromkeys(process_ids)]
    return max((timestamp or 0 for (timestamp,) in fetch_rows(connection, _LAST, rows, types="text")), default=0)


def remove_logs(connection: Connection, process_ids: Sequence[str]) -> None:
    """Delete what was logged about processes."""
    rows = [(process_id,) for process_id in process_ids]
    execute_rows(connection, "DELETE FROM log WHERE process_id IN ({rows})", rows, each="?", types="text")


def log_list_json(records: Sequence[LogRecord]) -> bytes:
    """The wire JSON of several entries."""
    return f"[{','.join([record.to_json_text() for record in records])}]".encode()


def _read(
    connection: Connection, condition: str, values: tuple[object, ...], order: str, count: int, *, latest: bool
) -> list[LogRecord]:
    query = f"SELECT {_COLUMNS} FROM log WHERE {condition} ORDER BY {order} LIMIT ?"
    records = [LogRecord(*row) for row in fetch(connection, query, (*values, count))]
    return records[::-1] if latest else records


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    return f"%{escaped}%"


def _glob(text: str) -> str:
    """SQLite's LIKE ignores case, its GLOB does not; the wildcards of the one in the words of the other."""
    escaped = "".join(f"[{character}]" if character in "*?[" else character for character in text)
    return f"*{escaped.replace('%', '*').replace('_', '?')}*"
