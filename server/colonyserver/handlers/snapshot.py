"""Messages about snapshots of files."""

from colonysdk.messages import CreateSnapshot, GetSnapshot, GetSnapshots, RemoveAllSnapshots, RemoveSnapshot
from colonysdk.objects import Snapshot
from colonyserver.access import member_of
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services


@handles(CreateSnapshot, "create snapshot", allow=member_of())
async def create_snapshot(services: Services, request: Request[CreateSnapshot]) -> Snapshot:
    """Keep the newest revisions of a label and of those below it under a name."""
    message = request.message
    return await services.snapshots.create(message.colony_name, message.label, message.name)


@handles(GetSnapshot, "get snapshot", allow=member_of())
async def get_snapshot(services: Services, request: Request[GetSnapshot]) -> Snapshot:
    """Look a snapshot up by its id or its name."""
    message = request.message
    return await services.snapshots.find(message.colony_name, snapshot_id=message.snapshot_id, name=message.name)


@handles(GetSnapshots, "get snapshots", allow=member_of())
async def get_snapshots(services: Services, request: Request[GetSnapshots]) -> bytes:
    """List a colony's snapshots, newest first."""
    return null_list(await services.snapshots.all(request.message.colony_name))


@handles(RemoveSnapshot, "remove snapshot", allow=member_of())
async def remove_snapshot(services: Services, request: Request[RemoveSnapshot]) -> None:
    """Remove a snapshot by its id or its name."""
    message = request.message
    await services.snapshots.remove(message.colony_name, snapshot_id=message.snapshot_id, name=message.name)


@handles(RemoveAllSnapshots, "remove all snapshots", allow=member_of())
async def remove_all_snapshots(services: Services, request: Request[RemoveAllSnapshots]) -> None:
    """Remove every snapshot of a colony."""
    await services.snapshots.remove_all(request.message.colony_name)
