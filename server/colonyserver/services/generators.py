"""Generators: queues of arguments that members of a colony add, fill, look at and remove."""

from typing import NoReturn

from sqlalchemy import Connection

from colonysdk.objects import Generator
from colonyserver.access import Caller, Member
from colonyserver.clock import Clock
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.events import Events, GeneratorChanged
from colonyserver.services.generator_due import due_at
from colonyserver.services.names import check_name
from colonyserver.services.submission import new_process_id
from colonyserver.services.workflow_text import MAX_HANDED_BYTES, count_roots, read_workflow
from colonyserver.services.workflows import WorkflowService
from colonyserver.storage import generators
from colonyserver.storage.database import Database
from colonyserver.storage.generators import GeneratorRecord
from colonyserver.storage.guards import existing_colonies

MAX_COUNT = 1000
MAX_QUEUE = 10_000
"""Arguments that a queue can hold, and so the largest trigger."""
_MAX_ARGUMENT_BYTES = 1024 * 1024
_LONGEST_TIMEOUT = 10**9


class GeneratorService:
    """Keeps the generators of colonies and their queues."""

    def __init__(
        self,
        database: Database,
        events: Events,
        clock: Clock,
        workflows: WorkflowService,
        *,
        checker_milliseconds: int,
    ) -> None:
        self.checker_milliseconds = checker_milliseconds
        self._database = database
        self._events = events
        self._clock = clock
        self._workflows = workflows

    async def add(self, member: Member, generator: Generator) -> GeneratorRecord:
        """Add a generator of a member, its queue empty.

        Raises Invalid for a name, a trigger, a timeout or a workflow that cannot be, Conflict when the name is taken,
        Forbidden when the colony is gone.
        """
        check_name(generator.name, "generator name")
        if not 1 <= generator.trigger <= MAX_QUEUE:
            raise Invalid(f"trigger: it must be between 1 and {MAX_QUEUE}")
        if not 0 <= generator.timeout <= _LONGEST_TIMEOUT:
            raise Invalid(f"timeout: it must be between 0 (never) and {_LONGEST_TIMEOUT} seconds")
        workflow = read_workflow(generator.workflow_spec, member.colony_name)
        self._workflows.prepare(workflow, member.id, member.name)
        record = GeneratorRecord(
            generator_id=new_process_id(self._clock.now()),
            colony_name=member.colony_name,
            name=generator.name,
            initiator_id=member.id,
            initiator_name=member.name,
            workflow_spec=generator.workflow_spec,
            root_count=count_roots(workflow),
            threshold=generator.trigger,
            timeout_seconds=generator.timeout,
        )

        def unit(connection: Connection) -> None:
            # A colony may have been removed since its member was let in.
            if not existing_colonies(connection, {record.colony_name}):
                raise Forbidden(f"Colony with name <{record.colony_name}> does not exists")
            if not generators.add_generator(connection, record):
                raise Conflict(f"Generator with name <{record.name}> in Colony <{record.colony_name}> already exists")

        await self._database.write(unit)
        return record

    async def find(self, caller: Caller, generator_id: str) -> GeneratorRecord:
        """One generator; raises NotFound (wire: 500), Forbidden for all but approved members of its colony."""
        return _checked(
            await self._database.read(lambda connection: generators.find_generator(connection, generator_id)), caller
        )

    async def find_by_name(self, colony_name: str, name: str) -> GeneratorRecord:
        """The generator of a name; raises NotFound (wire: 500)."""
        found = await self._database.read(
            lambda connection: generators.find_generator_by_name(connection, colony_name, name)
        )
        return found or _not_found()

    async def all(self, colony_name: str, count: int) -> list[GeneratorRecord]:
        """The first `count` generators of a colony, by name; raises Invalid for more than 1000."""
        if not 0 <= count <= MAX_COUNT:
            raise Invalid(f"Failed to get generators, count must be between 0 and {MAX_COUNT}")
        return await self._database.read(lambda connection: generators.list_generators(connection, colony_name, count))

    async def pack(self, caller: Caller, generator_id: str, arg: str) -> None:
        """Append an argument to the queue of a generator.

        Raises NotFound and Forbidden like `find`, Invalid for an argument that is too long, Conflict when the queue is
        full.
        """
        size = len(arg.encode())

        def unit(connection: Connection) -> GeneratorRecord:
            generator = _checked(generators.lock_generator(connection, generator_id), caller)
            _refuse_too_much(generator, size)
            generators.append_argument(connection, generator, arg)
            now = self._clock.now()
            packed = generator._replace(
                first_packed_at=generator.first_packed_at or now,
                queue_size=generator.queue_size + 1,
                queue_bytes=generator.queue_bytes + size,
                next_position=generator.next_position + 1,
            )
            packed = packed._replace(due_at=due_at(packed, now))
            generators.update_generator(connection, packed)
            return packed

        packed = await self._database.write(unit)
        if packed.due_at is not None:
            self._events.publish(GeneratorChanged(generator_id, packed.colony_name, packed.due_at))

    async def remove(self, caller: Caller, generator_id: str) -> None:
        """Remove a generator with its queue; raises NotFound (wire: 500), Forbidden like `find`."""

        def unit(connection: Connection) -> None:
            generator = _checked(generators.lock_generator(connection, generator_id), caller)
            generators.remove_generator(connection, generator.generator_id)

        await self._database.write(unit)


def _checked(generator: GeneratorRecord | None, caller: Caller) -> GeneratorRecord:
    if generator is None:
        _not_found()
    caller.approved_member(generator.colony_name)
    return generator


def _not_found() -> NoReturn:
    raise NotFound("Failed to get generator, generator not found", status=500)


def _refuse_too_much(generator: GeneratorRecord, size: int) -> None:
    most_bytes = MAX_HANDED_BYTES // generator.root_count
    longest = min(_MAX_ARGUMENT_BYTES, most_bytes)
    if size > longest:
        raise Invalid(f"arg: it is longer than {longest} bytes")
    if generator.queue_size >= MAX_QUEUE or generator.queue_bytes + size > most_bytes:
        raise Conflict(
            f"The queue of generator <{generator.name}> is full with {generator.queue_size} arguments of "
            f"{generator.queue_bytes} bytes in all (at most {MAX_QUEUE} and {most_bytes}); let its workflow run"
        )
