"""Statements about the freshness of messages: each colony's policy, and the nonces that were seen."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import execute, fetch, fetch_rows

_NOTE = """
    INSERT INTO seen_nonce (identity, nonce, expires_at) VALUES {rows}
    ON CONFLICT (identity, nonce) DO NOTHING RETURNING identity, nonce
"""
_SET = """
    INSERT INTO freshness_policy (colony_name, policy) VALUES (?, ?)
    ON CONFLICT (colony_name) DO UPDATE SET policy = excluded.policy
"""


class Nonce(NamedTuple):
    """A nonce of an identity, to be kept until a moment in Unix nanoseconds."""

    identity: str
    nonce: str
    expires_at: int


def note_nonces(connection: Connection, nonces: Sequence[Nonce]) -> set[tuple[str, str]]:
    """Keep nonces; returns those (identity, nonce) that had not been seen."""
    # In order, so that servers that share a database never wait for each other in a circle.
    return {(row[0], row[1]) for row in fetch_rows(connection, _NOTE, sorted(nonces), types="text text bigint")}


def load_policies(connection: Connection) -> dict[str, str]:
    """The policy of every colony that has set one."""
    rows = fetch(connection, "SELECT colony_name, policy FROM freshness_policy")
    return {row[0]: row[1] for row in rows}


def set_policy(connection: Connection, colony_name: str, policy: str) -> None:
    """Set a colony's policy."""
    execute(connection, _SET, (colony_name, policy))
