"""Retention: finished processes and workflows go when they have been over for long enough, with all that is theirs.

Nothing that goes on is touched: no process that waits or runs, no member of a workflow that is not over altogether,
nor the logs of either.
"""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.storage.colonies import list_colonies
from colonyserver.storage.database import Database
from colonyserver.storage.processes import find_statuses
from colonyserver.storage.removal import remove_unqueued
from colonyserver.storage.retention import (
    old_processes,
    old_workflows,
    remove_logs_without_process,
    remove_some_logs,
)
from colonyserver.storage.workflows import lock_workflows, remove_workflows
from colonyserver.storage.workflows_members import member_ids
from colonyserver.storage.workflows_release import remove_holds

T = TypeVar("T")

_SLICE = 100
"""Processes that go in one transaction."""
_SLICE_OF_LOGS = 1_000
_SLICE_OF_WORKFLOWS = 10


class RetentionPolicy(NamedTuple):
    """For how many seconds after its end something is kept: what ended well, and what failed or was cancelled."""

    successful_seconds: int
    failed_seconds: int

    def seconds(self, state: ProcessState) -> int:
        """For how long something in a final state is kept."""
        return self.successful_seconds if state == ProcessState.SUCCESS else self.failed_seconds


class RetentionService:
    """Removes what is older than its policy, a little at a time, so that nobody who works has to wait for it."""

    def __init__(self, database: Database, clock: Clock, policy: RetentionPolicy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    async def sweep(self) -> int:
        """Remove everything that is old enough now; how many processes that were."""
        removed = 0
        for colony in await self._database.read(list_colonies):
            for state in ProcessState:
                if state.is_final:
                    removed += await self._sweep_workflows(colony.name, state)
                    removed += await self._sweep_processes(colony.name, state)
            await self._sweep_logs(colony.name)
        return removed

    async def _sweep_workflows(self, colony_name: str, state: ProcessState) -> int:
        ended_before = self._before(self._policy.seconds(state))

        def take(connection: Connection) -> list[str]:
            found = old_workflows(connection, colony_name, state, ended_before, _SLICE_OF_WORKFLOWS)
            # Another server may be looking too, or add a member to one.
            workflows = [workflow for workflow in lock_workflows(connection, found).values() if workflow.state == state]
            process_ids = member_ids(connection, [workflow.workflow_id for workflow in workflows])
            remove_workflows(connection, workflows)
            return process_ids

        removed = 0
        # Should the server end between the two, the members are found again as processes without a workflow.
        while process_ids := await self._considerately(take):
            removed += len(process_ids)
            while process_ids:
                some, process_ids = process_ids[:_SLICE], process_ids[_SLICE:]
                await self._remove(some)
        return removed

    async def _sweep_processes(self, colony_name: str, state: ProcessState) -> int:
        ended_before = self._before(self._policy.seconds(state))
        removed = 0
        while process_ids := await self._database.read(
            lambda connection: old_processes(connection, colony_name, state, ended_before, _SLICE)
        ):
            await self._remove(process_ids)
            removed += len(process_ids)
        return removed

    async def _remove(self, process_ids: list[str]) -> None:
        """Remove processes that are over, which nothing can change any more."""
        while (
            await self._considerately(lambda connection: remove_some_logs(connection, process_ids, _SLICE_OF_LOGS))
            == _SLICE_OF_LOGS
        ):
            pass

        def unit(connection: Connection) -> None:
            remove_unqueued(connection, [*find_statuses(connection, process_ids).values()])
            remove_holds(connection, process_ids)

        await self._considerately(unit)

    async def _sweep_logs(self, colony_name: str) -> None:
        """Remove what executors log about themselves, and what is left of processes that somebody has removed."""
        before = self._before(max(self._policy))

        def unit(connection: Connection) -> int:
            return remove_logs_without_process(connection, colony_name, before, _SLICE_OF_LOGS)

        while await self._considerately(unit) == _SLICE_OF_LOGS:
            pass

    def _before(self, seconds: int) -> int:
        return self._clock.now() - seconds * NANOSECONDS

    async def _considerately(self, unit: Callable[[Connection], T]) -> T:
        """Write, then leave the database to others for as long as that took."""
        begin = time.perf_counter()
        result = await self._database.write(unit)
        await asyncio.sleep(time.perf_counter() - begin)
        return result
