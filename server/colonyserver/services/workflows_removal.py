"""Removing workflows, always with all of their members, attributes and logs."""

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.access import Caller
from colonyserver.errors import Conflict, Invalid, NotFound
from colonyserver.storage.database import Database
from colonyserver.storage.logs import remove_logs
from colonyserver.storage.processes import find_statuses
from colonyserver.storage.queue import Queue
from colonyserver.storage.removal import remove_processes
from colonyserver.storage.workflows import WorkflowRecord, first_in_state, lock_workflows, remove_workflows
from colonyserver.storage.workflows_members import member_ids
from colonyserver.storage.workflows_release import remove_holds

_ALL_STATES = -1
_SLICE = 1000
"""About so many members at a time, so that removing a million holds up nobody else; one workflow is never divided."""


class WorkflowRemoval:
    """Removes workflows."""

    def __init__(self, database: Database, queue: Queue) -> None:
        self._database = database
        self._queue = queue

    async def remove(self, caller: Caller, workflow_id: str) -> None:
        """Remove one workflow.

        Raises NotFound (wire: 500), Forbidden unless the caller is an approved member of its colony, Conflict while
        it or one of its members is running.
        """

        def unit(connection: Connection) -> None:
            workflow = lock_workflows(connection, [workflow_id]).get(workflow_id)
            if workflow is None:
                raise NotFound("Failed to remove processgraph, process graph not found", status=500)
            caller.approved_member(workflow.colony_name)
            statuses = find_statuses(connection, member_ids(connection, [workflow_id], unfinished=True)).values()
            if workflow.state == ProcessState.RUNNING or any(s.state == ProcessState.RUNNING for s in statuses):
                raise Conflict("Failed to remove processgraph, it is running; cancel it first")
            self._remove(connection, [workflow])

        await self._database.write(unit)

    async def remove_all(self, colony_name: str, state: int) -> None:
        """Remove all workflows of a colony in a state, or for -1 in every state, RUNNING included.

        Raises Invalid for RUNNING or an unknown state (wire: 400).
        """
        if state == ProcessState.RUNNING:
            raise Invalid("Not possible to remove running processgraphs; cancel them first")
        if state != _ALL_STATES and state not in set(ProcessState):
            raise Invalid("Failed to remove processgraphs, invalid msg.State; it is -1, 0, 2, 3 or 4")
        for removable in ProcessState:
            if state in (removable, _ALL_STATES):
                await self._remove_state(colony_name, removable)

    async def _remove_state(self, colony_name: str, state: ProcessState) -> None:
        def unit(connection: Connection) -> bool:
            found = first_in_state(connection, colony_name, state, _SLICE)
            # Who has gone on to another state since then is no longer meant.
            locked = lock_workflows(connection, found).values()
            self._remove(connection, [workflow for workflow in locked if workflow.state == state])
            return bool(found)

        while await self._database.write(unit):
            pass

    def _remove(self, connection: Connection, workflows: list[WorkflowRecord]) -> None:
        process_ids = member_ids(connection, [workflow.workflow_id for workflow in workflows])
        remove_processes(connection, self._queue, [*find_statuses(connection, process_ids).values()])
        remove_holds(connection, process_ids)
        remove_logs(connection, process_ids)
        remove_workflows(connection, workflows)
