"""Reading processes: one, the first of a state, or the recent ones."""

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.access import Caller
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Invalid, NotFound
from colonyserver.limits import Limits
from colonyserver.storage.database import Database
from colonyserver.storage.listing import Filter, list_processes, list_submitted_since
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records
from colonyserver.storage.users import find_user

_MAX_HISTORY = 10_000
"""wire: getprocesshistmsg has no count; this bounds the memory that one call can take."""


class ProcessService:
    """Looks processes up."""

    def __init__(self, database: Database, clock: Clock, limits: Limits) -> None:
        self._most_listed = limits.list_count
        self._database = database
        self._clock = clock

    async def find(self, caller: Caller, process_id: str) -> ProcessRecord:
        """One process; raises NotFound, Forbidden unless the caller is an approved member of its colony."""
        records = await self._database.read(lambda connection: find_records(connection, [process_id]))
        if process_id not in records:
            raise NotFound("Failed to get process, process not found")
        record = records[process_id]
        caller.approved_member(record.colony_name)
        return record

    async def all(
        self,
        colony_name: str,
        *,
        state: int,
        count: int,
        executor_type: str = "",
        label: str = "",
        initiator: str = "",
    ) -> list[ProcessRecord]:
        """The first `count` processes in a state: WAITING by priority time, RUNNING by start, others newest end first.

        One filter counts: executor type before initiator before label. Raises Invalid for more than
        one answer may hold, an unknown state or an initiator that is no user (wire: 400).
        """
        wanted = _state(state)
        if not 0 <= count <= self._most_listed:
            raise Invalid(f"Count is larger than MaxCount limit <{self._most_listed}>")

        def query(connection: Connection) -> list[ProcessRecord]:
            narrowed_by = _filter(executor_type, label, initiator)
            if narrowed_by == ("initiator_name", initiator) and not find_user(connection, colony_name, initiator):
                raise Invalid(f"User with name {initiator[:200]} not found")
            return list_processes(connection, colony_name, wanted, count, narrowed_by)

        return await self._database.read(query)

    async def submitted_within(
        self, colony_name: str, *, seconds: int, state: int, executor_id: str = ""
    ) -> list[ProcessRecord]:
        """The processes in a state that were submitted in the last `seconds`, oldest first, at most 10,000.

        Raises Invalid for an unknown state (wire: 400).
        """
        wanted = _state(state)
        since = max(0, self._clock.now() - max(0, seconds) * NANOSECONDS)
        return await self._database.read(
            lambda connection: list_submitted_since(connection, colony_name, wanted, since, _MAX_HISTORY, executor_id)
        )


def _state(state: int) -> ProcessState:
    try:
        return ProcessState(state)
    except ValueError:
        raise Invalid("Failed to get processes, invalid msg.State") from None


def _filter(executor_type: str, label: str, initiator: str) -> tuple[Filter, str] | None:
    if executor_type:
        return ("executor_type", executor_type)
    if initiator:
        return ("initiator_name", initiator)
    if label:
        return ("label", label)
    return None
