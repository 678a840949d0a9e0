"""Submission under a key that the client gives, so that it can send it again when the answer was lost.

The same key, used again by the same member in the same colony within a day, brings back the first process, whatever the
specification says then (extension `submitkey`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import FunctionSpec
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Conflict, Forbidden
from colonyserver.services.names import check_text
from colonyserver.services.submission import SubmissionService, Submitted
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.database import Database
from colonyserver.storage.guards import existing_colonies
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records
from colonyserver.storage.submission_keys import SubmissionKey, claim_keys, target_of

KEPT_SECONDS = 24 * 3600
"""How long a key stands for what was submitted under it."""


class KeyedSubmissionService:
    """Accepts specifications, each once."""

    def __init__(self, database: Database, submission: SubmissionService, clock: Clock) -> None:
        self._database = database
        self._submission = submission
        self._insert = _InsertOnce(submission, clock)

    async def submit(self, spec: FunctionSpec, *, key: str, initiator_id: str, initiator_name: str) -> ProcessRecord:
        """Store a process that waits for an executor, or find the one that was stored under this key.

        Raises Invalid for a specification or a key that cannot be stored, Forbidden when the colony is gone, Conflict
        when the process of this key was removed.
        """
        if not key:
            return await self._submission.submit(spec, initiator_id=initiator_id, initiator_name=initiator_name)
        check_text(key, "submit key")
        submitted = self._submission.prepare(spec, initiator_id, initiator_name)
        earlier = await self._database.write_batched(self._insert, _Keyed(submitted, key))
        if earlier is not None:
            return earlier
        self._submission.announce(submitted)
        return submitted.record


class _Keyed(NamedTuple):
    submitted: Submitted
    client_key: str

    @property
    def key(self) -> SubmissionKey:
        record = self.submitted.record
        return SubmissionKey(record.colony_name, record.initiator_id, self.client_key)


class _InsertOnce(BatchOperation[_Keyed, ProcessRecord | None]):
    """Stores what comes under a new key; answers the rest with what is there."""

    def __init__(self, submission: SubmissionService, clock: Clock) -> None:
        self._submission = submission
        self._clock = clock

    def execute(self, connection: Connection, items: Sequence[_Keyed]) -> Sequence[ProcessRecord | Exception | None]:
        # A colony may have been removed since its member was let in.
        colonies = existing_colonies(connection, {item.key.colony_name for item in items})
        # Of equal keys in one batch, the first one counts.
        firsts: dict[SubmissionKey, _Keyed] = {}
        for item in items:
            if item.key.colony_name in colonies:
                firsts.setdefault(item.key, item)
        now = self._clock.now()
        targets = {key: item.submitted.record.process_id for key, item in firsts.items()}
        claimed = claim_keys(connection, targets, now, now - KEPT_SECONDS * NANOSECONDS)
        new = [item.submitted for item in firsts.values() if item.submitted.record.process_id in claimed]
        self._submission.store(connection, new)
        return [self._outcome(connection, item, colonies, claimed) for item in items]

    def _outcome(
        self, connection: Connection, item: _Keyed, colonies: set[str], claimed: set[str]
    ) -> ProcessRecord | Exception | None:
        if item.key.colony_name not in colonies:
            return Forbidden(f"Colony with name <{item.key.colony_name}> does not exists")
        if item.submitted.record.process_id in claimed:
            return None
        process_id = target_of(connection, item.key)
        earlier = find_records(connection, [process_id]).get(process_id)
        if earlier is None:
            return Conflict("The process that was submitted under this key was removed; submit it under another key")
        return earlier
