"""Workflows come in: specifications that depend on each other become processes that wait for each other."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import FunctionSpec, ProcessState, WorkflowSpec
from colonyserver.clock import Clock
from colonyserver.errors import Forbidden, Invalid
from colonyserver.services.submission import Membership, SubmissionService, Submitted, new_process_id
from colonyserver.services.workflows_graph import InvalidGraph, Links, link
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.database import Database
from colonyserver.storage.guards import existing_colonies
from colonyserver.storage.json_text import json_list_of
from colonyserver.storage.workflows import WorkflowRecord, WorkflowView, insert_workflow

_MANY = 100
"""From so many members on, making them would hold up all other requests for longer than a thread costs."""


class PreparedWorkflow(NamedTuple):
    """A workflow that is ready to be stored, with its members in the order of the specification."""

    view: WorkflowView
    members: Sequence[Submitted]

    @property
    def workflow_id(self) -> str:
        """Its id (wire: processgraphid)."""
        return self.view.record.workflow_id

    @property
    def reply(self) -> WorkflowView:
        """What the wire answers to a submit: no time yet, and the members in the order of the specification."""
        process_ids_json = json_list_of(member.record.process_id for member in self.members)
        return self.view._replace(process_ids_json=process_ids_json, is_new=True)


class WorkflowService:
    """Accepts workflows; what others put into a unit of work of their own is `prepare`, `store` and `announce`."""

    def __init__(self, database: Database, submission: SubmissionService, clock: Clock) -> None:
        self._database = database
        self._submission = submission
        self._clock = clock
        self._insert = _Insert(self)

    async def submit(self, spec: WorkflowSpec, *, initiator_id: str, initiator_name: str) -> WorkflowView:
        """Store a workflow and tell those that could take its first processes; nothing is stored when it is refused.

        Raises InvalidGraph (wire: 500), Invalid for a function specification that cannot be stored, Forbidden when its
        colony is gone.
        """
        prepared = await self.prepare_submitted(spec, initiator_id, initiator_name)
        await self._database.write_batched(self._insert, prepared)
        self.announce(prepared)
        return prepared.reply

    async def prepare_submitted(self, spec: WorkflowSpec, initiator_id: str, initiator_name: str) -> PreparedWorkflow:
        """Make processes of a workflow that came over the wire; raises Invalid, InvalidGraph (wire: 500)."""
        try:
            if len(spec.function_specs) > _MANY:
                return await asyncio.to_thread(self.prepare, spec, initiator_id, initiator_name)
            return self.prepare(spec, initiator_id, initiator_name)
        except InvalidGraph as error:
            raise InvalidGraph(error.message, status=500) from None

    def prepare(
        self,
        spec: WorkflowSpec,
        initiator_id: str,
        initiator_name: str,
        *,
        root_args: Sequence[Any] | None = None,
        root_input_json: str = "[]",
    ) -> PreparedWorkflow:
        """Make processes of a workflow, whose specifications are brought into their stored form in place.

        `root_args`, when there are any, replace the arguments of every root (wire: generators); `root_input_json` is a
        JSON list that becomes the input of every root (wire: crons). Raises Invalid, of which InvalidGraph is a kind;
        both say where the mistake is.
        """
        links = link(spec.function_specs)
        now = self._clock.now()
        workflow_id = new_process_id(now)
        places = self._places(workflow_id, links, root_input_json)
        members = []
        for index, (place, function) in enumerate(zip(places, spec.function_specs, strict=True)):
            own_function = _completed(function, spec.colony_name, () if place.parents else root_args or ())
            try:
                members.append(self._submission.prepare(own_function, initiator_id, initiator_name, place))
            except Invalid as error:
                raise Invalid(f"{error.message}, see $.functionspecs[{index}]") from None
        record = WorkflowRecord(
            workflow_id=workflow_id,
            colony_name=spec.colony_name,
            initiator_id=initiator_id,
            initiator_name=initiator_name,
            state=ProcessState.WAITING,
            submitted_at=now,
            started_at=None,
            ended_at=None,
            members=len(members),
            successful=0,
            failed=0,
            cancelled=0,
        )
        process_ids_json = json_list_of(places[index].process_id for index in links.depth_first)
        root_ids_json = json_list_of(places[index].process_id for index in links.roots)
        return PreparedWorkflow(WorkflowView(record, process_ids_json, root_ids_json), members)

    def store(self, connection: Connection, prepared: PreparedWorkflow) -> None:
        """Store a workflow with its members and queue the roots, inside a unit of work."""
        insert_workflow(connection, prepared.view)
        self._submission.store(connection, prepared.members)

    def announce(self, prepared: PreparedWorkflow) -> None:
        """Tell of the members, and those that could take the roots, after the commit that stored them."""
        for member in prepared.members:
            self._submission.announce(member)

    def _places(self, workflow_id: str, links: Links, root_input_json: str) -> list[Membership]:
        times = [self._clock.now() for _ in links.parents]
        ids = [new_process_id(time) for time in times]
        return [
            Membership(
                workflow_id,
                process_id,
                time,
                parents=[ids[parent] for parent in parents],
                children=[ids[child] for child in children],
                input_json="[]" if parents else root_input_json,
            )
            for process_id, time, parents, children in zip(ids, times, links.parents, links.children, strict=True)
        ]


class _Insert(BatchOperation[PreparedWorkflow, None]):
    def __init__(self, workflows: WorkflowService) -> None:
        self._workflows = workflows

    def execute(self, connection: Connection, items: Sequence[PreparedWorkflow]) -> Sequence[Exception | None]:
        # A colony may have been removed since its member was let in.
        colonies = existing_colonies(connection, {item.view.record.colony_name for item in items})
        outcomes: list[Exception | None] = []
        for item in items:
            colony_name = item.view.record.colony_name
            if colony_name in colonies:
                self._workflows.store(connection, item)
                outcomes.append(None)
            else:
                outcomes.append(Forbidden(f"Colony with name <{colony_name}> does not exists"))
        return outcomes


def _completed(function: FunctionSpec, colony_name: str, args: Sequence[Any]) -> FunctionSpec:
    """A member's specification; `args`, when there are any, replace its own, in a copy."""
    if args:
        function = function.model_copy(update={"args": [*args], "kwargs": {}})
    # wire: members are of the colony of their workflow, and without a limit where 0 is given.
    function.conditions.colony_name = colony_name
    function.max_exec_time = function.max_exec_time or -1
    return function
