"""Extensions that read processes."""

from colonysdk.messages import QueryProcesses
from colonyserver.access import member_of
from colonyserver.errors import Invalid
from colonyserver.handlers.registry import Request, handles
from colonyserver.services.bundle import Services
from colonyserver.services.process_query import Page, wanted_states
from colonyserver.storage.process_query import Criteria
from colonyserver.storage.times import to_nanoseconds

_ORDERS = ("newest", "oldest")


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
        submitted_from=to_nanoseconds(message.submitted_from),
        submitted_before=to_nanoseconds(message.submitted_before),
        ended_from=to_nanoseconds(message.ended_from),
        ended_before=to_nanoseconds(message.ended_before),
        newest_first=message.order == "newest",
    )
    return await services.extensions.queries.page(criteria, count=message.count, cursor=message.cursor)
