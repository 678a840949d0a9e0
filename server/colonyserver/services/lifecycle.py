"""The services of the process lifecycle, put together over one database."""

from dataclasses import dataclass
from typing import Self

from colonyserver.clock import Clock
from colonyserver.events import ColonyRemoved, Events
from colonyserver.limits import Limits
from colonyserver.services.assignment import AssignmentService
from colonyserver.services.attributes import AttributeService
from colonyserver.services.closing import ClosingService
from colonyserver.services.expiry import ExpiryService
from colonyserver.services.logs import LogService
from colonyserver.services.presence import Presence
from colonyserver.services.processes import ProcessService
from colonyserver.services.removal import RemovalService
from colonyserver.services.requeueing import RequeueService
from colonyserver.services.submission import SubmissionService
from colonyserver.services.waiters import Waiters
from colonyserver.services.workflows import WorkflowService
from colonyserver.services.workflows_cancelling import WorkflowCancelling
from colonyserver.services.workflows_growth import WorkflowGrowth
from colonyserver.services.workflows_reading import WorkflowReading
from colonyserver.services.workflows_removal import WorkflowRemoval
from colonyserver.services.workflows_resolution import Resolution
from colonyserver.storage.database import Database
from colonyserver.storage.logs import last_log_timestamp
from colonyserver.storage.queue import Queue


@dataclass(frozen=True)
class Lifecycle:
    """Everything that happens to processes."""

    clock: Clock
    submission: SubmissionService
    workflows: WorkflowService
    workflow_reading: WorkflowReading
    workflow_cancelling: WorkflowCancelling
    workflow_removal: WorkflowRemoval
    workflow_growth: WorkflowGrowth
    assignment: AssignmentService
    closing: ClosingService
    requeueing: RequeueService
    expiry: ExpiryService
    removal: RemovalService
    processes: ProcessService
    attributes: AttributeService
    logs: LogService
    presence: Presence

    @classmethod
    async def open(
        cls, database: Database, events: Events, clock: Clock | None = None, limits: Limits | None = None
    ) -> Self:
        """Put the services together; the database must be fresh from `Database.open`."""
        clock = clock or Clock()
        limits = limits or Limits()
        clock.advance_to(await database.read(last_log_timestamp))
        queue = Queue(is_shared=database.backend.is_shared)
        await database.write(queue.prune)
        database.on_rollback(queue.forget)
        events.subscribe(ColonyRemoved, lambda _removed: queue.forget())
        presence = Presence(database, clock)
        requeueing = RequeueService(database, queue, events, clock)
        waiters = Waiters()
        submission = SubmissionService(database, queue, events, clock, waiters)
        resolution = Resolution(queue, clock)
        lifecycle = cls(
            clock=clock,
            submission=submission,
            workflows=WorkflowService(database, submission, clock),
            workflow_reading=WorkflowReading(database, limits),
            workflow_cancelling=WorkflowCancelling(database, queue, events, clock),
            workflow_removal=WorkflowRemoval(database, queue),
            workflow_growth=WorkflowGrowth(database, submission, clock),
            assignment=AssignmentService(database, queue, events, clock, requeueing, presence, waiters),
            closing=ClosingService(database, queue, events, clock, resolution),
            requeueing=requeueing,
            expiry=ExpiryService(database, queue, events, clock, resolution),
            removal=RemovalService(database, queue),
            processes=ProcessService(database, clock, limits),
            attributes=AttributeService(database),
            logs=LogService(database, clock, limits),
            presence=presence,
        )
        await lifecycle.assignment.start()
        return lifecycle

    async def close(self) -> None:
        """Put back and write down what is still in memory; before the database is closed."""
        await self.requeueing.drain()
        await self.presence.flush()
