"""Keys that clients give their submissions, so that one that is sent twice is taken in once."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import execute, fetch, fetch_rows

_CLAIM = """
    INSERT INTO submission_key (colony_name, initiator_id, client_key, target_id, created_at) VALUES {rows}
    ON CONFLICT (colony_name, initiator_id, client_key) DO UPDATE
    SET target_id = excluded.target_id, created_at = excluded.created_at WHERE submission_key.created_at < ?
    RETURNING target_id
"""


class SubmissionKey(NamedTuple):
    """A key as one member of one colony uses it."""

    colony_name: str
    initiator_id: str
    client_key: str


def claim_keys(connection: Connection, targets: Mapping[SubmissionKey, str], now: int, valid_from: int) -> set[str]:
    """Note what is about to be stored under new keys, or under such as are older than `valid_from`.

    Returns the targets that may be stored; the keys of the others are taken.
    """
    # In order, so that servers that share a database never wait for each other in a circle.
    rows = [(*key, target_id, now) for key, target_id in sorted(targets.items())]
    claimed = fetch_rows(connection, _CLAIM, rows, after=(valid_from,), types="text text text text bigint")
    return {target_id for (target_id,) in claimed}


def target_of(connection: Connection, key: SubmissionKey) -> str:
    """What was stored under a key that is taken."""
    [(target_id,)] = fetch(
        connection,
        "SELECT target_id FROM submission_key WHERE colony_name = ? AND initiator_id = ? AND client_key = ?",
        key,
    )
    return str(target_id)


def remove_old_keys(connection: Connection, before: int, count: int) -> bool:
    """Remove about `count` keys from before a moment; whether there are more of them."""
    return _remove_oldest(connection, "submission_key", "created_at", before, count)


def remove_old_nonces(connection: Connection, before: int, count: int) -> bool:
    """Remove about `count` nonces that have expired before a moment; whether there are more of them."""
    return _remove_oldest(connection, "seen_nonce", "expires_at", before, count)


def _remove_oldest(connection: Connection, table: str, column: str, before: int, count: int) -> bool:
    rows = fetch(
        connection,
        f"SELECT {column} FROM {table} WHERE {column} < ? ORDER BY {column} LIMIT 1 OFFSET ?",
        (before, count),
    )
    execute(connection, f"DELETE FROM {table} WHERE {column} < ?", (rows[0][0] if rows else before,))
    return bool(rows)
