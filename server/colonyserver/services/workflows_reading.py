"""Reading workflows: one with its drawing, or the newest of a state."""

from collections.abc import Sequence

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.access import Caller
from colonyserver.errors import Invalid, NotFound
from colonyserver.limits import Limits
from colonyserver.services.workflows_layout import DrawnEdge, DrawnNode, draw
from colonyserver.storage.database import Database
from colonyserver.storage.workflows import WorkflowView, find_workflow, list_workflows
from colonyserver.storage.workflows_members import list_members


class WorkflowReading:
    """Looks workflows up."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._most_listed = limits.list_count

    async def find(self, caller: Caller, workflow_id: str) -> WorkflowView:
        """One workflow, with its nodes and edges.

        Raises NotFound (wire: 500), Forbidden unless the caller is an approved member of its colony.
        """

        def query(connection: Connection) -> WorkflowView:
            view = find_workflow(connection, workflow_id)
            if view is None:
                raise NotFound("Failed to get processgraph, process graph not found", status=500)
            caller.approved_member(view.record.colony_name)
            nodes, edges = draw(list_members(connection, workflow_id, view.process_ids_json))
            return view._replace(nodes_json=_json(nodes), edges_json=_json(edges))

        return await self._database.read(query)

    async def all(self, colony_name: str, *, state: int, count: int) -> list[WorkflowView]:
        """The `count` newest workflows of a colony in a state; raises Invalid for too many or an unknown state."""
        if not 0 <= count <= self._most_listed:
            raise Invalid(f"Count is larger than MaxCount limit <{self._most_listed}>")
        if state not in set(ProcessState):
            raise Invalid("Failed to get process graphs, invalid msg.State; it is a number from 0 to 4")
        wanted = ProcessState(state)
        return await self._database.read(lambda connection: list_workflows(connection, colony_name, wanted, count))


def _json(drawn: Sequence[DrawnNode] | Sequence[DrawnEdge]) -> str:
    return f"[{','.join([item.to_json_text() for item in drawn])}]"
