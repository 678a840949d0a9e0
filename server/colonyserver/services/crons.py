"""Crons: schedules that members of a colony add, look at and remove."""

from datetime import tzinfo

from sqlalchemy import Connection

from colonysdk.objects import Cron
from colonyserver.access import Caller, Member
from colonyserver.clock import Clock
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.events import CronChanged, Events
from colonyserver.services.cron_schedule import schedule_of
from colonyserver.services.names import check_name
from colonyserver.services.submission import new_process_id
from colonyserver.services.workflow_text import read_workflow
from colonyserver.services.workflows import WorkflowService
from colonyserver.storage import crons
from colonyserver.storage.crons import CronRecord
from colonyserver.storage.database import Database
from colonyserver.storage.guards import existing_colonies

MAX_COUNT = 1000


class CronService:
    """Keeps the crons of colonies; `local_zone` is the time zone of expressions that name none."""

    def __init__(
        self,
        database: Database,
        events: Events,
        clock: Clock,
        workflows: WorkflowService,
        local_zone: tzinfo,
        *,
        checker_milliseconds: int,
    ) -> None:
        self.checker_milliseconds = checker_milliseconds
        self._database = database
        self._events = events
        self._clock = clock
        self._workflows = workflows
        self._local_zone = local_zone

    async def add(self, member: Member, cron: Cron) -> CronRecord:
        """Add a cron of a member, which runs for the first time when it is due.

        Raises Invalid for a name, a schedule or a workflow that cannot be, Conflict when the name is taken, Forbidden
        when the colony is gone.
        """
        check_name(cron.name, "cron name")
        schedule = schedule_of(cron.cron_expression, cron.interval, is_random=cron.random, local_zone=self._local_zone)
        self._workflows.prepare(read_workflow(cron.workflow_spec, member.colony_name), member.id, member.name)
        now = self._clock.now()
        next_run_at = schedule.after(now)
        record = CronRecord(
            cron_id=new_process_id(now),
            colony_name=member.colony_name,
            name=cron.name,
            initiator_id=member.id,
            initiator_name=member.name,
            cron_expression=cron.cron_expression,
            interval_seconds=cron.interval,
            is_random=cron.random,
            workflow_spec=cron.workflow_spec,
            waits_for_previous=cron.wait_for_prev_process_graph,
            next_run_at=next_run_at,
            due_at=next_run_at,
        )

        def unit(connection: Connection) -> None:
            # A colony may have been removed since its member was let in.
            if not existing_colonies(connection, {record.colony_name}):
                raise Forbidden(f"Colony with name <{record.colony_name}> does not exists")
            if not crons.add_cron(connection, record):
                raise Conflict(f"Cron with name <{record.name}> in Colony <{record.colony_name}> already exists")

        await self._database.write(unit)
        self._events.publish(CronChanged(record.cron_id, record.colony_name, next_run_at))
        return record

    async def find(self, caller: Caller, cron_id: str) -> CronRecord:
        """One cron; raises NotFound (wire: 500), Forbidden unless the caller is an approved member of its colony."""
        return await self._database.read(lambda connection: _find(connection, caller, cron_id))

    async def all(self, colony_name: str, count: int) -> list[CronRecord]:
        """The first `count` crons of a colony, by name; raises Invalid for more than 1000."""
        if not 0 <= count <= MAX_COUNT:
            raise Invalid(f"Failed to get crons, count must be between 0 and {MAX_COUNT}")
        return await self._database.read(lambda connection: crons.list_crons(connection, colony_name, count))

    async def remove(self, caller: Caller, cron_id: str) -> None:
        """Remove a cron; raises NotFound (wire: 500), Forbidden like `find`."""

        def unit(connection: Connection) -> None:
            crons.remove_cron(connection, _find(connection, caller, cron_id).cron_id)

        await self._database.write(unit)


def _find(connection: Connection, caller: Caller, cron_id: str) -> CronRecord:
    cron = crons.find_cron(connection, cron_id)
    if cron is None:
        raise NotFound("Failed to get cron, cron not found", status=500)
    caller.approved_member(cron.colony_name)
    return cron
