"""Removal of processes that nobody needs any more."""

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.access import Caller
from colonyserver.errors import Conflict, Invalid, NotFound
from colonyserver.storage.database import Database
from colonyserver.storage.processes import find_statuses
from colonyserver.storage.queue import Queue
from colonyserver.storage.removal import remove_processes, remove_some_in_state

_ALL_STATES = -1
_SLICE = 1000
"""So many at a time, so that removing a million holds up nobody else."""


class RemovalService:
    """Removes processes."""

    def __init__(self, database: Database, queue: Queue) -> None:
        self._database = database
        self._queue = queue

    async def remove(self, caller: Caller, process_id: str) -> None:
        """Remove one process.

        Raises NotFound (wire: 500), Forbidden unless the caller is an approved member of its colony, Conflict when it
        is running or belongs to a workflow.
        """

        def unit(connection: Connection) -> None:
            status = find_statuses(connection, [process_id]).get(process_id)
            if status is None:
                raise NotFound("Failed to remove process, process is nil", status=500)
            caller.approved_member(status.colony_name)
            if status.workflow_id is not None:
                raise Conflict("Failed to remove process, it is part of a workflow; remove the workflow instead")
            if status.state == ProcessState.RUNNING:
                raise Conflict("Failed to remove process, it is running; cancel it first")
            remove_processes(connection, self._queue, [status])

        await self._database.write(unit)

    async def remove_all(self, colony_name: str, state: int) -> None:
        """Remove all single processes of a colony in a state, or for -1 in every state, RUNNING included.

        Raises Invalid for RUNNING or an unknown state (wire: 400).
        """
        if state == ProcessState.RUNNING:
            raise Invalid("Not possible to remove running processes")
        if state != _ALL_STATES and state not in set(ProcessState):
            raise Invalid("Failed to remove processes, invalid msg.State")
        for removable in ProcessState:
            if state in (removable, _ALL_STATES):
                await self._remove_state(colony_name, removable)

    async def _remove_state(self, colony_name: str, state: ProcessState) -> None:
        def unit(connection: Connection) -> int:
            return remove_some_in_state(connection, self._queue, colony_name, state, _SLICE)

        while await self._database.write(unit) == _SLICE:
            pass
