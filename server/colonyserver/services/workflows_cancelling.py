"""Cancelling workflows: all of their members that have not ended."""

from collections.abc import Sequence

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.access import Caller
from colonyserver.clock import Clock
from colonyserver.errors import NotFound
from colonyserver.events import Events, ProcessChanged
from colonyserver.services.changes import ended
from colonyserver.storage.database import Database
from colonyserver.storage.processes import find_statuses
from colonyserver.storage.queue import Queue
from colonyserver.storage.transitions import Finish, finish_processes
from colonyserver.storage.workflows import lock_workflows, update_workflows
from colonyserver.storage.workflows_members import member_ids
from colonyserver.storage.workflows_release import remove_holds


class WorkflowCancelling:
    """Cancels workflows."""

    def __init__(self, database: Database, queue: Queue, events: Events, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._events = events
        self._clock = clock

    async def cancel(self, caller: Caller, workflow_id: str) -> None:
        """Cancel every member that waits or runs, and with them the workflow, whatever its state.

        A workflow whose members have all ended stays as it is. Raises NotFound (wire: 500), Forbidden unless the caller
        is an approved member of its colony.
        """
        changes = await self._database.write(lambda connection: self._cancel(connection, caller, workflow_id))
        for change in changes:
            self._events.publish(change)

    def _cancel(self, connection: Connection, caller: Caller, workflow_id: str) -> Sequence[ProcessChanged]:
        workflow = lock_workflows(connection, [workflow_id]).get(workflow_id)
        if workflow is None:
            raise NotFound("Failed to cancel processgraph, process graph not found", status=500)
        caller.approved_member(workflow.colony_name)
        statuses = [*find_statuses(connection, member_ids(connection, [workflow_id], unfinished=True)).values()]
        if not statuses:
            return ()
        now = self._clock.now()
        finish_processes(connection, self._queue, [Finish(status, ProcessState.CANCELLED, now) for status in statuses])
        remove_holds(connection, [status.process_id for status in statuses])
        state_before = workflow.state
        workflow.state = ProcessState.CANCELLED
        workflow.cancelled += len(statuses)
        workflow.ended_at = now
        update_workflows(connection, [(state_before, workflow)])
        return [ended(status, ProcessState.CANCELLED) for status in statuses]
