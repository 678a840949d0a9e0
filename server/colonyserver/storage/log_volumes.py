"""How much the logs of processes hold."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import delete_rows, execute_rows, fetch_by_ids


class LogVolume(NamedTuple):
    """Entries, and bytes of text as UTF-8; `is_cut` once the log has said that it takes no more."""

    colony_name: str
    entry_count: int = 0
    byte_count: int = 0
    is_cut: bool = False


_COLUMNS = ", ".join(("process_id", *LogVolume._fields))


def find_log_volumes(connection: Connection, process_ids: Iterable[str]) -> dict[str, LogVolume]:
    """What the logs of those processes hold that have one."""
    rows = fetch_by_ids(connection, _COLUMNS, "log_volume", "process_id", process_ids)
    return {process_id: LogVolume(*volume) for process_id, *volume in rows}


def set_log_volumes(connection: Connection, volumes: Mapping[str, LogVolume]) -> None:
    """Note what the logs of locked processes hold now."""
    execute_rows(
        connection,
        f"INSERT INTO log_volume ({_COLUMNS}) VALUES {{rows}} ON CONFLICT (process_id) DO UPDATE "
        "SET entry_count = excluded.entry_count, byte_count = excluded.byte_count, is_cut = excluded.is_cut",
        [(process_id, *volume) for process_id, volume in volumes.items()],
        types="text text bigint bigint boolean",
    )


def remove_log_volumes(connection: Connection, process_ids: Iterable[str]) -> None:
    """Forget what the logs of processes held that are removed."""
    delete_rows(connection, "log_volume", ("process_id",), [(process_id,) for process_id in process_ids], "text")
