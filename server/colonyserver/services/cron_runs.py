"""Runs of crons: each submits a workflow and sets the next run, once, in one transaction."""

import asyncio
from collections.abc import Set as AbstractSet
from datetime import tzinfo
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from colonyserver.access import Caller
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Conflict, Invalid, NotFound
from colonyserver.events import CronChanged, Events
from colonyserver.services.cron_expression import Schedule
from colonyserver.services.cron_schedule import schedule_of
from colonyserver.services.initiators import Initiator, current_initiator
from colonyserver.services.workflow_text import MAX_HANDED_BYTES, count_roots, read_workflow
from colonyserver.services.workflows import PreparedWorkflow, WorkflowService
from colonyserver.storage import crons
from colonyserver.storage.crons import CronRecord
from colonyserver.storage.database import Database
from colonyserver.storage.workflows import leaf_outputs_json, workflow_state

_BATCH = 100
_MOST_COLONIES = 1000
"""In more of them, held back crons wait for the next look at all of them, a minute later at most."""

_RETRY_SECONDS = 3600

_log = structlog.get_logger(__name__)


class CronsAhead(NamedTuple):
    """When the next cron is due, in Unix nanoseconds, and the colonies with crons that wait for their previous run."""

    next_due_at: int | None
    held_back_in: AbstractSet[str]


class CronRuns:
    """Runs crons when they are due, or when a member says so."""

    def __init__(
        self, database: Database, events: Events, clock: Clock, workflows: WorkflowService, local_zone: tzinfo
    ) -> None:
        self._database = database
        self._events = events
        self._clock = clock
        self._workflows = workflows
        self._local_zone = local_zone

    async def run(self, caller: Caller, cron_id: str) -> CronRecord:
        """Run a cron now, unless it waits for its previous run; returns the cron as it was before.

        Raises NotFound (wire: 400), Forbidden unless the caller is an approved member of its colony, Conflict or
        Invalid when it cannot run.
        """

        def unit(connection: Connection) -> tuple[CronRecord, _Run | None]:
            cron = crons.lock_cron(connection, cron_id)
            if cron is None:
                raise NotFound("cron not found", status=400)
            caller.approved_member(cron.colony_name)
            return cron, None if _is_held_back(connection, cron) else self._submit(connection, cron)

        before, run = await self._database.write(unit)
        if run is not None:
            self._workflows.announce(run.workflow)
            self._events.publish(CronChanged(cron_id, before.colony_name, run.next_run_at))
        return before

    async def run_due(self) -> CronsAhead:
        """Run every cron whose time has come, and those that waited for a previous run which has ended."""
        await self._database.write(crons.release_crons)
        while True:
            due = await self._database.read(self._due)
            await asyncio.gather(*(self._run_due_one(cron_id) for cron_id in due))
            if len(due) < _BATCH:
                return await self._database.read(_ahead)

    def _due(self, connection: Connection) -> list[str]:
        return crons.due_cron_ids(connection, self._clock.now(), _BATCH)

    async def _run_due_one(self, cron_id: str) -> None:
        def unit(connection: Connection) -> _Run | None:
            cron = crons.lock_cron(connection, cron_id)
            if cron is None or cron.due_at is None or cron.due_at > self._clock.now():
                return None
            if _is_held_back(connection, cron):
                crons.hold_cron_back(connection, cron)
                return None
            try:
                return self._submit(connection, cron)
            except (Conflict, Invalid) as refusal:
                # Nothing was stored. What is wrong stays so until somebody mends it, and must not hold up other crons.
                crons.move_cron(connection, cron, next_run_at=self._next_try_at(cron))
                _log.warning("cron did not run", colony=cron.colony_name, cron=cron.name, error=refusal.message)
                return None

        run = await self._database.write(unit)
        if run is not None:
            self._workflows.announce(run.workflow)

    def _submit(self, connection: Connection, cron: CronRecord) -> "_Run | None":
        """Store the workflow of a locked cron; None when another server has just done so."""
        creator = Initiator(cron.initiator_id, cron.initiator_name)
        initiator = current_initiator(connection, cron.colony_name, creator)
        if initiator is None:
            raise Conflict(f"{creator.name} added the cron and is no member any more; add it again as somebody else")
        spec = read_workflow(cron.workflow_spec, cron.colony_name)
        workflow = self._workflows.prepare(
            spec, initiator.id, initiator.name, root_input_json=_input_of_roots(connection, cron, count_roots(spec))
        )
        now = self._clock.now()
        next_run_at = self._schedule(cron).after(now)
        if not crons.move_cron(
            connection, cron, next_run_at=next_run_at, last_run_at=now, workflow_id=workflow.workflow_id
        ):
            return None
        self._workflows.store(connection, workflow)
        return _Run(workflow, next_run_at)

    def _next_try_at(self, cron: CronRecord) -> int:
        now = self._clock.now()
        try:
            return self._schedule(cron).after(now)
        except Invalid:
            # Its time zone may be gone from this machine.
            return now + _RETRY_SECONDS * NANOSECONDS

    def _schedule(self, cron: CronRecord) -> Schedule:
        return schedule_of(
            cron.cron_expression, cron.interval_seconds, is_random=cron.is_random, local_zone=self._local_zone
        )


class _Run(NamedTuple):
    workflow: PreparedWorkflow
    next_run_at: int


def _is_held_back(connection: Connection, cron: CronRecord) -> bool:
    """Whether a cron waits for a workflow that goes on; one that was removed or cancelled does not."""
    state = workflow_state(connection, cron.previous_workflow_id) if cron.waits_for_previous else None
    return state is not None and not state.is_final


def _input_of_roots(connection: Connection, cron: CronRecord, root_count: int) -> str:
    """wire: what the leaves of the previous run have put out."""
    outputs_json = leaf_outputs_json(connection, cron.previous_workflow_id)
    if len(outputs_json) * root_count <= MAX_HANDED_BYTES:
        return outputs_json
    _log.warning(
        "outputs of the previous run are too large to be handed on",
        colony=cron.colony_name,
        cron=cron.name,
        characters=len(outputs_json),
        roots=root_count,
    )
    return "[]"


def _ahead(connection: Connection) -> CronsAhead:
    return CronsAhead(crons.next_cron_due_at(connection), {*crons.waiting_colonies(connection, _MOST_COLONIES)})
