"""Extensions for executors."""

from colonysdk.messages import RenewLease
from colonysdk.objects import Lease
from colonyserver.access import member_somewhere
from colonyserver.handlers.registry import Request, handles
from colonyserver.services.bundle import Services


@handles(RenewLease, "renew lease", allow=member_somewhere)
async def renew_lease(services: Services, request: Request[RenewLease]) -> Lease:
    """Give a running process more time."""
    return await services.extensions.leases.renew(request.caller, request.message.process_id)
