"""Extensions that read processes."""

from datetime import datetime

from colonysdk.messages import ExplainProcess, GetWorkflowMembers, QueryProcesses
from colonysdk.objects import Explanation
from colonyserver.access import member_of, member_somewhere
from colonyserver.errors import Invalid
from colonyserver.handlers.registry import Request, handles
from colonyserver.services.bundle import Services
from colonyserver.services.process_query import Page, wanted_states
from colonyserver.services.workflow_members import MemberPage
from colonyserver.storage.process_criteria import Criteria
from colonyserver.storage.times import to_nanoseconds

_ORDERS = ("newest", "oldest")
_FARTHEST = 2**63 - 1


@handles(QueryProcesses, "query processes", allow=member_of())
async def query_processes(services: Services, request: Request[QueryProcesses]) -> Page:
    """Answer with a page of processes."""
    message = request.message
    if message.order not in _ORDERS:
        raise Invalid('Failed to query processes, the order is "newest" or "oldest"')
    criteria = Criteria(
        colony_name=message.colony_name,
        states=wanted_states(message.states),
        executor_type=message.executor_type,
        executor_name=message.executor_name,
        func_name=message.func_name,
        label=message.label,
        initiator_name=message.initiator,
        text=message.text,
        submitted_from=_bound(message.submitted_from),
        submitted_before=_bound(message.submitted_before),
        ended_from=_bound(message.ended_from),
        ended_before=_bound(message.ended_before),
        newest_first=message.order == "newest",
    )
    return await services.extensions.queries.page(criteria, count=message.count, cursor=message.cursor)


@handles(GetWorkflowMembers, "get workflow members", allow=member_somewhere)
async def get_workflow_members(services: Services, request: Request[GetWorkflowMembers]) -> MemberPage:
    """Answer with members of a workflow."""
    message = request.message
    return await services.extensions.workflow_members.page(
        request.caller, message.process_graph_id, count=message.count, cursor=message.cursor
    )


@handles(ExplainProcess, "explain process", allow=member_somewhere)
async def explain_process(services: Services, request: Request[ExplainProcess]) -> Explanation:
    """Say why a process waits."""
    return await services.extensions.explanations.explain(request.caller, request.message.process_id)


def _bound(moment: datetime | None) -> int | None:
    """A moment in nanoseconds, at the nearest one that the database can hold."""
    nanoseconds = to_nanoseconds(moment)
    return None if nanoseconds is None else max(-_FARTHEST, min(nanoseconds, _FARTHEST))
