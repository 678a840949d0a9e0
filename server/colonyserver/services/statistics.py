"""Statistics of the server and of a colony."""

from collections.abc import Mapping

from sqlalchemy import Connection

from colonysdk.objects import ExecutorState, ProcessState, Statistics
from colonyserver.errors import NotFound
from colonyserver.storage import colonies
from colonyserver.storage.database import Database
from colonyserver.storage.statistics import count_colonies, count_executors, count_processes, count_workflows


class StatisticsService:
    """Counts colonies, executors, processes and workflows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_server(self) -> Statistics:
        """Everything on the server; unregistered executors are left out (wire: executors)."""
        return await self._database.read(_count_server)

    async def of_colony(self, colony_name: str) -> Statistics:
        """One colony, with its unregistered executors; raises NotFound (wire: 400)."""
        return await self._database.read(lambda connection: _count_colony(connection, colony_name))


def _count_server(connection: Connection) -> Statistics:
    counted = count_executors(connection)
    registered = sum(amount for state, amount in counted.items() if state != ExecutorState.UNREGISTERED)
    processes, workflows = count_processes(connection), count_workflows(connection)
    return _statistics(count_colonies(connection), registered, counted, processes, workflows)


def _count_colony(connection: Connection, colony_name: str) -> Statistics:
    if colonies.find_colony(connection, colony_name) is None:
        raise NotFound(f"Colony with name <{colony_name}> not found", status=400)
    counted = count_executors(connection, colony_name)
    processes, workflows = count_processes(connection, colony_name), count_workflows(connection, colony_name)
    return _statistics(1, sum(counted.values()), counted, processes, workflows)


def _statistics(
    colonies_count: int,
    executors_count: int,
    by_state: Mapping[ExecutorState, int],
    processes: Mapping[ProcessState, int],
    workflows: Mapping[ProcessState, int],
) -> Statistics:
    return Statistics(
        colonies=colonies_count,
        executors=executors_count,
        active_executors=by_state.get(ExecutorState.APPROVED, 0),
        unregistered_executors=by_state.get(ExecutorState.UNREGISTERED, 0),
        waiting_processes=processes.get(ProcessState.WAITING, 0),
        running_processes=processes.get(ProcessState.RUNNING, 0),
        successful_processes=processes.get(ProcessState.SUCCESS, 0),
        failed_processes=processes.get(ProcessState.FAILED, 0),
        cancelled_processes=processes.get(ProcessState.CANCELLED, 0),
        waiting_workflows=workflows.get(ProcessState.WAITING, 0),
        running_workflows=workflows.get(ProcessState.RUNNING, 0),
        successful_workflows=workflows.get(ProcessState.SUCCESS, 0),
        failed_workflows=workflows.get(ProcessState.FAILED, 0),
        cancelled_workflows=workflows.get(ProcessState.CANCELLED, 0),
    )
