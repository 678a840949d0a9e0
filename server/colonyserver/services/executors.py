"""Executors: the workers of a colony, let in and out by its owner."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from colonysdk.objects import Allocations, Capabilities, Executor, ExecutorState
from colonyserver.access import NOT_A_MEMBER, Caller, Member
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.events import Events, MembershipChanged, ProcessChanged
from colonyserver.services.names import check_identity, check_member_id, check_name, check_text
from colonyserver.services.presence import Presence
from colonyserver.services.requeueing import RequeueService
from colonyserver.storage import colonies, executors, functions
from colonyserver.storage.database import Database
from colonyserver.storage.times import to_datetime


class ExecutorService:
    """Adds, approves, rejects and removes executors, and keeps what they say about themselves."""

    def __init__(
        self,
        database: Database,
        events: Events,
        requeueing: RequeueService,
        presence: Presence,
        *,
        allow_reregister: bool,
    ) -> None:
        self._database = database
        self._events = events
        self._requeueing = requeueing
        self._presence = presence
        self._allow_reregister = allow_reregister

    async def add(self, executor: Executor) -> Executor:
        """Add an executor, which is PENDING then; raises Invalid, or Conflict when the name or identity is taken.

        The name of an unregistered executor may be used again; that of another one only where the settings allow it,
        and its running processes wait again then.
        """
        _check(executor)
        added = executor.model_copy(update={"state": ExecutorState.PENDING, "commission_time": datetime.now(UTC)})

        def unit(connection: Connection) -> tuple[Sequence[ProcessChanged], str]:
            _refuse_unknown_colony(connection, added.colony_name)
            former = executors.find_executor(connection, added.colony_name, added.executor_name)
            if former is not None and former.state != ExecutorState.UNREGISTERED and not self._allow_reregister:
                raise Conflict(
                    f"Executor with name <{added.executor_name}> in Colony <{added.colony_name}> already exists"
                )
            _refuse_taken(connection, added.colony_name, added.executor_name, added.executor_id)
            if former is None:
                executors.add_executor(connection, added)
                return (), ""
            requeued = self._withdraw(connection, former)
            executors.replace_executor(connection, added)
            return requeued, former.executor_id

        requeued, former_id = await self._database.write(unit)
        self._publish(requeued, added.colony_name, former_id, added.executor_id)
        return await self.find(added.colony_name, added.executor_name)

    async def find(self, colony_name: str, name: str) -> Executor:
        """The executor of a name, in any state; raises NotFound (wire: 500)."""
        return self._heard(await self._database.read(lambda connection: _find(connection, colony_name, name)))

    async def find_by_id(self, caller: Caller, executor_id: str) -> Executor:
        """The executor of an identity in a colony of the caller; raises NotFound, Forbidden when it is elsewhere."""
        found = await self._database.read(lambda connection: executors.find_executors_by_id(connection, executor_id))
        if not found:
            raise NotFound("Failed to get executor, executor not found")
        for executor in found:
            member = caller.members.get(executor.colony_name)
            if member is not None and member.approved:
                return self._heard(executor)
        raise Forbidden(NOT_A_MEMBER)

    async def all(self, colony_name: str) -> list[Executor]:
        """The executors of a colony in every state, by name."""
        found = await self._database.read(lambda connection: executors.list_executors(connection, colony_name))
        return [self._heard(executor) for executor in found]

    async def approve(self, colony_name: str, name: str) -> None:
        """Let an executor work, whatever its state was; raises NotFound (wire: 500), Conflict for a reused identity."""
        await self._set_state(colony_name, name, ExecutorState.APPROVED)

    async def reject(self, colony_name: str, name: str) -> None:
        """Keep an executor from working; raises as `approve` does."""
        await self._set_state(colony_name, name, ExecutorState.REJECTED)

    async def remove(self, colony_name: str, name: str) -> None:
        """Unregister an executor: its running processes wait again, its functions go. Raises NotFound (wire: 500)."""

        def unit(connection: Connection) -> tuple[Sequence[ProcessChanged], str]:
            executor = _find(connection, colony_name, name)
            return self._withdraw(connection, executor), executor.executor_id

        requeued, executor_id = await self._database.write(unit)
        self._publish(requeued, colony_name, executor_id)

    async def report_allocations(self, reporter: Member, name: str, allocations: Allocations) -> None:
        """Keep what an executor reports about its projects; raises Invalid when it is not the executor itself."""
        _refuse_others(reporter, name, "Only an executor can report allocations to itself")
        await self._database.write(
            lambda connection: executors.set_allocations(connection, reporter.colony_name, name, allocations)
        )

    async def update_capabilities(self, reporter: Member, name: str, capabilities: Capabilities) -> None:
        """Replace what an executor announces; raises Invalid when it is not the executor itself."""
        _refuse_others(reporter, name, "Only an executor can update its own capabilities")
        await self._database.write(
            lambda connection: executors.set_capabilities(connection, reporter.colony_name, name, capabilities)
        )

    async def change_id(self, member: Member, new_id: str) -> None:
        """Give an executor another identity, its running processes included.

        Raises Invalid, Forbidden for who is no executor, Conflict when the identity is taken.
        """
        check_identity(new_id, "executor id")
        if not member.is_executor:
            raise Forbidden("Failed to change executor id, only an executor can change its own id")

        def unit(connection: Connection) -> None:
            _refuse_taken(connection, member.colony_name, member.name, new_id)
            executors.change_executor_id(connection, member.colony_name, member.name, new_id)

        await self._database.write(unit)
        self._publish((), member.colony_name, member.id, new_id)

    async def _set_state(self, colony_name: str, name: str, state: ExecutorState) -> None:
        def unit(connection: Connection) -> str:
            executor = _find(connection, colony_name, name)
            _refuse_taken(connection, colony_name, name, executor.executor_id)
            executors.set_executor_state(connection, colony_name, name, state)
            return executor.executor_id

        executor_id = await self._database.write(unit)
        self._publish((), colony_name, executor_id)

    def _withdraw(self, connection: Connection, executor: Executor) -> Sequence[ProcessChanged]:
        if executor.state == ExecutorState.UNREGISTERED:
            # Another executor may have its identity by now, and processes of its own.
            return ()
        colony_name, name = executor.colony_name, executor.executor_name
        executors.set_executor_state(connection, colony_name, name, ExecutorState.UNREGISTERED)
        functions.remove_functions_of(connection, colony_name, name)
        return self._requeueing.requeue_executor(connection, colony_name, executor.executor_id)

    def _heard(self, executor: Executor) -> Executor:
        """The executor with its last sign of life, which may not be in the database yet."""
        heard_at = self._presence.last_heard(executor.colony_name, executor.executor_name)
        return executor.model_copy(update={"last_heard_from_time": to_datetime(heard_at)}) if heard_at else executor

    def _publish(self, requeued: Sequence[ProcessChanged], colony_name: str, *identities: str) -> None:
        for identity in filter(None, identities):
            self._events.publish(MembershipChanged(identity, colony_name))
        for change in requeued:
            self._events.publish(change)


def _check(executor: Executor) -> None:
    check_name(executor.executor_name, "executor name")
    check_member_id(executor.executor_id, "executor id")
    check_text(executor.executor_type, "executor type")
    check_text(executor.location_name, "location name")


def _find(connection: Connection, colony_name: str, name: str) -> Executor:
    executor = executors.find_executor(connection, colony_name, name)
    if executor is None:
        raise NotFound(f"Executor with name <{name}> not found", status=500)
    return executor


def _refuse_taken(connection: Connection, colony_name: str, name: str, executor_id: str) -> None:
    """Raise Conflict when the identity belongs to another executor of the colony that is still registered."""
    for other in executors.find_executors_by_id(connection, executor_id):
        is_other = other.colony_name == colony_name and other.executor_name != name
        if is_other and other.state != ExecutorState.UNREGISTERED:
            raise Conflict(f"Executor with id <{executor_id}> in Colony <{colony_name}> already exists")


def _refuse_unknown_colony(connection: Connection, colony_name: str) -> None:
    if colonies.find_colony(connection, colony_name) is None:
        raise NotFound(f"Colony with name <{colony_name}> not found", status=400)


def _refuse_others(reporter: Member, name: str, message: str) -> None:
    if not reporter.is_executor or reporter.name != name:
        raise Invalid(message)
