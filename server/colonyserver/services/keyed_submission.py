"""Submission under a key that the client gives, so that it can send it again when the answer was lost.

The same key, used again by the same member in the same colony within a day, brings back the first process or workflow,
whatever the specification says then (extension `submitkey`).
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from colonysdk.objects import FunctionSpec, WorkflowSpec
from colonyserver.clock import Clock
from colonyserver.errors import Conflict
from colonyserver.services.names import check_text
from colonyserver.services.once import Keyed, Once
from colonyserver.services.submission import SubmissionService, Submitted
from colonyserver.services.workflows import PreparedWorkflow, WorkflowService
from colonyserver.storage.database import Database
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records
from colonyserver.storage.submission_keys import SubmissionKey
from colonyserver.storage.workflows import WorkflowView, find_workflow


class KeyedSubmissionService:
    """Accepts processes and workflows, each once."""

    def __init__(
        self, database: Database, submission: SubmissionService, workflows: WorkflowService, clock: Clock
    ) -> None:
        self._database = database
        self._submission = submission
        self._workflows = workflows
        self._store_process = Once[Submitted](clock, submission.store)
        self._store_workflow = Once[PreparedWorkflow](clock, self._store_workflows)

    async def submit(self, spec: FunctionSpec, *, key: str, initiator_id: str, initiator_name: str) -> ProcessRecord:
        """Store a process that waits for an executor, or find the one that was stored under this key.

        Raises Invalid for a specification or a key that cannot be stored, Forbidden when the colony is gone, Conflict
        when what was stored under this key was removed.
        """
        if not key:
            return await self._submission.submit(spec, initiator_id=initiator_id, initiator_name=initiator_name)
        check_text(key, "submit key")
        submitted = self._submission.prepare(spec, initiator_id, initiator_name)
        record = submitted.record
        keyed = Keyed(record.process_id, SubmissionKey(record.colony_name, initiator_id, key), submitted)
        stored = self._database.write_batched(self._store_process, keyed)
        self._submission.announce_early(submitted)
        earlier_id = await stored
        if earlier_id is None:
            self._submission.announce(submitted)
            return record
        earlier = await self._database.read(lambda connection: find_records(connection, [earlier_id]))
        if earlier_id not in earlier:
            raise _nothing_left()
        return earlier[earlier_id]

    async def submit_workflow(
        self, spec: WorkflowSpec, *, key: str, initiator_id: str, initiator_name: str
    ) -> WorkflowView:
        """Store a workflow, or find the one that was stored under this key; raises as `submit` does."""
        if not key:
            return await self._workflows.submit(spec, initiator_id=initiator_id, initiator_name=initiator_name)
        check_text(key, "submit key")
        prepared = await self._workflows.prepare_submitted(spec, initiator_id, initiator_name)
        keyed = Keyed(prepared.workflow_id, SubmissionKey(spec.colony_name, initiator_id, key), prepared)
        earlier_id = await self._database.write_batched(self._store_workflow, keyed)
        if earlier_id is None:
            self._workflows.announce(prepared)
            return prepared.reply
        earlier = await self._database.read(lambda connection: find_workflow(connection, earlier_id))
        if earlier is None:
            raise _nothing_left()
        return earlier

    def _store_workflows(self, connection: Connection, items: Sequence[PreparedWorkflow]) -> None:
        for item in items:
            self._workflows.store(connection, item)


def _nothing_left() -> Conflict:
    return Conflict("What was submitted under this key was removed, or is of another kind; submit under another key")
