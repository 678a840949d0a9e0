"""Messages about the places of executors."""

from colonysdk.messages import AddLocation, GetLocation, GetLocations, RemoveLocation
from colonysdk.objects import Location
from colonyserver.access import member_of, owner_of
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services


@handles(AddLocation, "add location", allow=owner_of(lambda message: message.location.colony_name, unknown_status=400))
async def add_location(services: Services, request: Request[AddLocation]) -> Location:
    """Add a location."""
    return await services.locations.add(request.message.location)


@handles(GetLocations, "get locations", allow=member_of(approved=False))
async def get_locations(services: Services, request: Request[GetLocations]) -> bytes:
    """List a colony's locations."""
    return null_list(await services.locations.all(request.message.colony_name))


@handles(GetLocation, "get location", allow=member_of(approved=False))
async def get_location(services: Services, request: Request[GetLocation]) -> Location:
    """Look a location up by name."""
    return await services.locations.find(request.message.colony_name, request.message.name)


@handles(RemoveLocation, "remove location", allow=owner_of())
async def remove_location(services: Services, request: Request[RemoveLocation]) -> None:
    """Remove a location."""
    await services.locations.remove(request.message.colony_name, request.message.name)
