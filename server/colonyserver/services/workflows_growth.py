"""Workflows grow: the executor that runs a member may add members that wait for it (wire: addchildmsg)."""

import json
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from colonysdk.objects import FunctionSpec, ProcessState
from colonyserver.access import Caller
from colonyserver.clock import Clock
from colonyserver.errors import Conflict, NotFound
from colonyserver.services.submission import Membership, SubmissionService, Submitted, new_process_id
from colonyserver.services.workflows_graph import MAX_MEMBERS
from colonyserver.storage.database import Database
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records
from colonyserver.storage.workflows import lock_workflows, update_workflows
from colonyserver.storage.workflows_members import add_to_list, set_links
from colonyserver.storage.workflows_release import count_unfinished


class WorkflowGrowth:
    """Adds members to workflows."""

    def __init__(self, database: Database, submission: SubmissionService, clock: Clock) -> None:
        self._database = database
        self._submission = submission
        self._clock = clock

    async def insert(self, caller: Caller, spec: FunctionSpec, workflow_id: str, parent_id: str) -> ProcessRecord:
        """Add a process between a running member and all its children, who wait for the new one instead.

        Raises NotFound for a parent that does not exist, Forbidden unless the caller is an approved member of its
        colony, Conflict (wire: 400) unless it is a member of this workflow that the caller runs, Invalid for a
        specification that cannot be stored.
        """

        def unit(connection: Connection) -> Submitted:
            parent = self._parent(connection, caller, spec, workflow_id, parent_id)
            children = [*find_records(connection, json.loads(parent.children_json)).values()]
            added = self._add(connection, spec, parent, [child.process_id for child in children])
            new_id = added.record.process_id
            links: list[tuple[str, Sequence[str], Sequence[str]]] = [
                (parent_id, json.loads(parent.parents_json), [new_id])
            ]
            for child in children:
                others = [process_id for process_id in json.loads(child.parents_json) if process_id != parent_id]
                links.append((child.process_id, [*others, new_id], json.loads(child.children_json)))
            set_links(connection, links)
            return added

        return await self._stored(unit)

    async def append(
        self, caller: Caller, spec: FunctionSpec, workflow_id: str, parent_id: str, child_id: str = ""
    ) -> ProcessRecord:
        """Add a process beside the children of a running member; a `child_id` must wait for the new one too.

        Raises as `insert` does, and Conflict for a child that waits for no other member of this workflow.
        """

        def unit(connection: Connection) -> Submitted:
            parent = self._parent(connection, caller, spec, workflow_id, parent_id)
            child = _waiting_child(connection, workflow_id, child_id) if child_id else None
            added = self._add(connection, spec, parent, [child_id] if child else [])
            new_id = added.record.process_id
            links = [(parent_id, json.loads(parent.parents_json), [*json.loads(parent.children_json), new_id])]
            if child:
                links.append((child_id, [*json.loads(child.parents_json), new_id], json.loads(child.children_json)))
                count_unfinished(connection, {child_id: 1})
            set_links(connection, links)
            return added

        return await self._stored(unit)

    def _parent(
        self, connection: Connection, caller: Caller, spec: FunctionSpec, workflow_id: str, parent_id: str
    ) -> ProcessRecord:
        """The parent, once it is certain that the caller may add a member, and its workflow is locked and has room."""
        workflow = lock_workflows(connection, [workflow_id]).get(workflow_id)
        parent = find_records(connection, [parent_id]).get(parent_id)
        if parent is None:
            raise NotFound("Failed to add child, the parent process does not exist")
        caller.approved_member(parent.colony_name)
        if workflow is None or parent.workflow_id != workflow_id:
            raise Conflict(f"Process with Id {parent_id} does not belong to a processgraph with this processgraphid")
        if parent.state != ProcessState.RUNNING:
            raise Conflict(f"Process with Id {parent_id} is not running")
        if parent.executor_id != caller.id:
            raise Conflict(f"Process with Id {parent_id} is not assigned to executor with Id {caller.id}")
        if spec.conditions.colony_name != parent.colony_name:
            raise Conflict("Failed to add child, spec.conditions.colonyname is not the colony of the parent process")
        if workflow.members >= MAX_MEMBERS:
            raise Conflict(f"Failed to add child, the processgraph has {MAX_MEMBERS} processes, which is the most")
        workflow.members += 1
        update_workflows(connection, [(workflow.state, workflow)])
        return parent

    def _add(
        self, connection: Connection, spec: FunctionSpec, parent: ProcessRecord, children: Sequence[str]
    ) -> Submitted:
        workflow_id = parent.workflow_id or ""
        now = self._clock.now()
        place = Membership(workflow_id, new_process_id(now), now, [parent.process_id], children)
        # wire: what is added to a workflow has no initiator.
        added = self._submission.prepare(spec, "", "", place)
        self._submission.store(connection, [added])
        add_to_list(connection, workflow_id, added.record.process_id, after=parent.process_id)
        return added

    async def _stored(self, unit: Callable[[Connection], Submitted]) -> ProcessRecord:
        added = await self._database.write(unit)
        self._submission.announce(added)
        return added.record


def _waiting_child(connection: Connection, workflow_id: str, child_id: str) -> ProcessRecord:
    child = find_records(connection, [child_id]).get(child_id)
    if child is None or child.workflow_id != workflow_id:
        raise Conflict(f"Process with Id {child_id[:64]} does not belong to the processgraph of its new parent")
    if child.state != ProcessState.WAITING or not child.wait_for_parents:
        raise Conflict(f"Process with Id {child_id} waits for no other process any more, nor can it for a new one")
    return child
