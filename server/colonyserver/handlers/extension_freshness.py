"""Messages about the freshness that a colony asks of its messages."""

from colonysdk.messages import GetFreshness, SetFreshness
from colonysdk.objects import Freshness
from colonyserver.access import Access, Caller, Rule, member_of, owner_of
from colonyserver.handlers.registry import Request, handles
from colonyserver.services.bundle import Services

_member: Rule[GetFreshness] = member_of()


async def _owner_or_member(access: Access, caller: Caller, message: GetFreshness) -> None:
    """The owner of the colony, or its approved members."""
    if message.colony_name in caller.owned_colonies:
        return
    await _member(access, caller, message)


@handles(GetFreshness, "get freshness", allow=_owner_or_member)
async def get_freshness(services: Services, request: Request[GetFreshness]) -> Freshness:
    """Tell a colony's policy."""
    return services.extensions.freshness.of_colony(request.message.colony_name)


@handles(SetFreshness, "set freshness", allow=owner_of())
async def set_freshness(services: Services, request: Request[SetFreshness]) -> Freshness:
    """Set a colony's policy."""
    return await services.extensions.freshness.set(request.message.colony_name, request.message.policy)
