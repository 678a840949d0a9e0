"""Runs of generators: a workflow is submitted and its arguments are taken out of the queue, in one transaction."""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Conflict, Invalid
from colonyserver.services.generator_due import due_at, is_full
from colonyserver.services.initiators import Initiator, current_initiator
from colonyserver.services.workflow_text import read_workflow
from colonyserver.services.workflows import PreparedWorkflow, WorkflowService
from colonyserver.storage import generators
from colonyserver.storage.database import Database
from colonyserver.storage.generators import Argument, GeneratorRecord

_BATCH = 100
_MOST_WORKFLOWS = 10
"""So many of one generator share a transaction, so that it holds up nobody for long."""
_RETRY_SECONDS = 60

_log = structlog.get_logger(__name__)


class GeneratorRuns:
    """Runs generators when they are due."""

    def __init__(self, database: Database, clock: Clock, workflows: WorkflowService) -> None:
        self._database = database
        self._clock = clock
        self._workflows = workflows

    async def run_due(self) -> int | None:
        """Run every generator that is due; returns when the next one is, in Unix nanoseconds."""
        while True:
            due = await self._database.read(self._due)
            if not due:
                return await self._database.read(generators.next_generator_due_at)
            await asyncio.gather(*(self._run(generator_id) for generator_id in due))

    def _due(self, connection: Connection) -> list[str]:
        return generators.due_generator_ids(connection, self._clock.now(), _BATCH)

    async def _run(self, generator_id: str) -> None:
        def unit(connection: Connection) -> list[PreparedWorkflow]:
            generator = generators.lock_generator(connection, generator_id)
            now = self._clock.now()
            if generator is None or generator.due_at is None or generator.due_at > now:
                return []
            arguments = generators.first_arguments(connection, generator_id, _count(generator))
            try:
                workflows = self._prepare(connection, generator, arguments)
            except (Conflict, Invalid) as refusal:
                # Nothing was stored, and the arguments are kept for when somebody has mended it.
                retry_at = now + _RETRY_SECONDS * NANOSECONDS
                generators.update_generator(connection, generator._replace(retry_at=retry_at, due_at=retry_at))
                _log.warning(
                    "generator did not run",
                    colony=generator.colony_name,
                    generator=generator.name,
                    error=refusal.message,
                )
                return []
            _consume(connection, generator, arguments, now)
            for workflow in workflows:
                self._workflows.store(connection, workflow)
            return workflows

        for workflow in await self._database.write(unit):
            self._workflows.announce(workflow)

    def _prepare(
        self, connection: Connection, generator: GeneratorRecord, arguments: Sequence[Argument]
    ) -> list[PreparedWorkflow]:
        """A workflow for every `threshold` arguments, and one for those that are left."""
        creator = Initiator(generator.initiator_id, generator.initiator_name)
        initiator = current_initiator(connection, generator.colony_name, creator)
        if initiator is None:
            raise Conflict(
                f"{creator.name} added the generator and is no member any more; add it again as somebody else"
            )
        groups = [
            arguments[start : start + generator.threshold] for start in range(0, len(arguments), generator.threshold)
        ]
        return [
            self._workflows.prepare(
                read_workflow(generator.workflow_spec, generator.colony_name),
                initiator.id,
                initiator.name,
                root_args=[argument.arg for argument in group],
            )
            for group in groups
        ]


def _count(generator: GeneratorRecord) -> int:
    """How many arguments to take now: as many as make whole workflows, or what there is when the time is over."""
    if not is_full(generator):
        return generator.queue_size
    return min(generator.queue_size // generator.threshold, _MOST_WORKFLOWS) * generator.threshold


def _consume(connection: Connection, generator: GeneratorRecord, arguments: Sequence[Argument], now: int) -> None:
    generators.remove_arguments(connection, generator.generator_id, arguments[-1].position)
    left = generator._replace(
        queue_size=generator.queue_size - len(arguments),
        queue_bytes=generator.queue_bytes - sum(len(argument.arg.encode()) for argument in arguments),
        last_run_at=now,
        retry_at=0,
    )
    generators.update_generator(connection, left._replace(due_at=due_at(left, now)))
