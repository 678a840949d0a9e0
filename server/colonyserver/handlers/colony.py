"""Messages about colonies, and the pause that their owners control."""

from colonysdk.messages import (
    AddColony,
    ChangeColonyId,
    GetColonies,
    GetColony,
    GetColonyStatistics,
    GetPauseStatus,
    PauseAssignments,
    RemoveColony,
    ResumeAssignments,
)
from colonysdk.objects import Colony, PauseStatus, Statistics
from colonyserver.access import member_of, owner_of, server_owner
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services


@handles(AddColony, "add colony", allow=server_owner)
async def add_colony(services: Services, request: Request[AddColony]) -> Colony:
    """Add a colony."""
    return await services.colonies.add(request.message.colony)


@handles(RemoveColony, "remove colony", allow=server_owner)
async def remove_colony(services: Services, request: Request[RemoveColony]) -> None:
    """Remove a colony with everything in it."""
    await services.colonies.remove(request.message.colony_name)


@handles(GetColonies, "get colonies", allow=server_owner)
async def get_colonies(services: Services, _request: Request[GetColonies]) -> bytes:
    """List the server's colonies."""
    return null_list(await services.colonies.all())


@handles(GetColony, "get colony", allow=member_of())
async def get_colony(services: Services, request: Request[GetColony]) -> Colony:
    """Look a colony up."""
    return await services.colonies.find(request.message.colony_name)


@handles(
    GetColonyStatistics,
    "get colony statistics",
    allow=member_of(unknown_status=400),
)
async def get_colony_statistics(services: Services, request: Request[GetColonyStatistics]) -> Statistics:
    """Count a colony's executors and processes."""
    return await services.statistics.of_colony(request.message.colony_name)


@handles(ChangeColonyId, "change colony id", allow=owner_of())
async def change_colony_id(services: Services, request: Request[ChangeColonyId]) -> bytes:
    """Hand a colony to another owner; wire: the request comes back."""
    await services.colonies.change_owner(request.message.colony_name, request.message.colony_id)
    return request.message.encode()


@handles(PauseAssignments, "pause assignments", allow=owner_of())
async def pause_assignments(services: Services, request: Request[PauseAssignments]) -> None:
    """Stop handing out the colony's processes."""
    await services.pause.pause(request.message.colony_name)


@handles(ResumeAssignments, "resume assignments", allow=owner_of())
async def resume_assignments(services: Services, request: Request[ResumeAssignments]) -> None:
    """Hand out the colony's processes again."""
    await services.pause.resume(request.message.colony_name)


@handles(GetPauseStatus, "get pause status", allow=member_of(approved=False))
async def get_pause_status(services: Services, request: Request[GetPauseStatus]) -> PauseStatus:
    """Tell whether the colony's assignments are paused."""
    colony_name = request.message.colony_name
    return PauseStatus(colony_name=colony_name, is_paused=await services.pause.is_paused(colony_name))
