"""Messages about crons."""

from colonysdk.messages import AddCron, GetCron, GetCrons, RemoveCron, RunCron
from colonysdk.objects import Cron
from colonyserver.access import member_of, member_somewhere
from colonyserver.handlers.registry import Request, handles, json_list
from colonyserver.services.bundle import Services


@handles(AddCron, "add cron", allow=member_of(lambda message: message.cron.colony_name))
async def add_cron(services: Services, request: Request[AddCron]) -> Cron:
    """Add a cron."""
    cron = request.message.cron
    return (await services.schedules.crons.add(request.member(cron.colony_name), cron)).to_wire()


@handles(GetCron, "get cron", allow=member_somewhere)
async def get_cron(services: Services, request: Request[GetCron]) -> Cron:
    """Look a cron up."""
    cron = await services.schedules.crons.find(request.caller, request.message.cron_id)
    return cron.to_wire(services.schedules.crons.checker_milliseconds)


@handles(GetCrons, "get crons", allow=member_of())
async def get_crons(services: Services, request: Request[GetCrons]) -> bytes:
    """List a colony's crons."""
    crons = await services.schedules.crons.all(request.message.colony_name, request.message.count)
    return json_list([cron.to_wire() for cron in crons])


@handles(RunCron, "run cron", allow=member_somewhere)
async def run_cron(services: Services, request: Request[RunCron]) -> Cron:
    """Submit a cron's workflow now."""
    return (await services.schedules.cron_runs.run(request.caller, request.message.cron_id)).to_wire()


@handles(RemoveCron, "remove cron", allow=member_somewhere)
async def remove_cron(services: Services, request: Request[RemoveCron]) -> None:
    """Remove a cron."""
    await services.schedules.crons.remove(request.caller, request.message.cron_id)
