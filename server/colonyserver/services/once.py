"""Storing under keys: what comes a second time under the same one is not stored again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Forbidden
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.guards import existing_colonies
from colonyserver.storage.submission_keys import SubmissionKey, claim_keys, target_of

KEPT_SECONDS = 24 * 3600
"""How long a key stands for what was stored under it."""

T = TypeVar("T")


@dataclass(frozen=True)
class Keyed(Generic[T]):
    """Something that is ready to be stored: its id, its key, and the thing itself."""

    target_id: str
    key: SubmissionKey
    content: T


class Once(BatchOperation[Keyed[T], str | None], Generic[T]):
    """Answers None for what was stored, the id of what was stored before under the same key, or Forbidden."""

    def __init__(self, clock: Clock, store: Callable[[Connection, Sequence[T]], None]) -> None:
        self._clock = clock
        self._store = store

    def execute(self, connection: Connection, items: Sequence[Keyed[T]]) -> Sequence[str | Exception | None]:
        """Store what is new."""
        # A colony may have been removed since its member was let in.
        colonies = existing_colonies(connection, {item.key.colony_name for item in items})
        # Of equal keys in one batch, the first one counts.
        firsts: dict[SubmissionKey, Keyed[T]] = {}
        for item in items:
            if item.key.colony_name in colonies:
                firsts.setdefault(item.key, item)
        now = self._clock.now()
        targets = {key: item.target_id for key, item in firsts.items()}
        claimed = claim_keys(connection, targets, now, now - KEPT_SECONDS * NANOSECONDS)
        self._store(connection, [item.content for item in firsts.values() if item.target_id in claimed])
        return [self._outcome(connection, item, colonies, claimed) for item in items]

    def _outcome(
        self, connection: Connection, item: Keyed[T], colonies: set[str], claimed: set[str]
    ) -> str | Exception | None:
        if item.key.colony_name not in colonies:
            return Forbidden(f"Colony with name <{item.key.colony_name}> does not exists")
        return None if item.target_id in claimed else target_of(connection, item.key)
