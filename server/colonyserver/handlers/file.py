"""Messages about files."""

from colonysdk.messages import AddFile, GetFile, GetFileLabels, GetFiles, RemoveFile
from colonysdk.objects import File
from colonyserver.access import member_of
from colonyserver.errors import Invalid
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services


@handles(AddFile, "add file", allow=member_of(lambda message: message.file.colony_name))
async def add_file(services: Services, request: Request[AddFile]) -> File:
    """Add a revision of a file."""
    return await services.files.add(request.message.file)


@handles(GetFile, "get file", allow=member_of())
async def get_file(services: Services, request: Request[GetFile]) -> bytes:
    """Look revisions up by id, or by label and name."""
    message = request.message
    if message.file_id:
        return null_list([await services.files.find(message.colony_name, message.file_id)])
    if not message.label or not message.name:
        raise Invalid("Failed to get file, malformatted get file msg", status=500)
    found = await services.files.revisions(message.colony_name, message.label, message.name, only_latest=message.latest)
    return null_list(found)


@handles(GetFiles, "get files", allow=member_of())
async def get_files(services: Services, request: Request[GetFiles]) -> bytes:
    """List the newest revision of every file directly in a label."""
    return await services.files.in_label_json(request.message.colony_name, request.message.label)


@handles(GetFileLabels, "get file labels", allow=member_of())
async def get_file_labels(services: Services, request: Request[GetFileLabels]) -> bytes:
    """List labels, all of them or by how they begin."""
    message = request.message
    return null_list(await services.files.labels(message.colony_name, message.name, exact=message.exact))


@handles(RemoveFile, "remove file", allow=member_of())
async def remove_file(services: Services, request: Request[RemoveFile]) -> None:
    """Remove one revision by its id, or all of a label and a name."""
    message = request.message
    if message.file_id:
        await services.files.remove_revision(message.colony_name, message.file_id)
    elif message.label and message.name:
        await services.files.remove_name(message.colony_name, message.label, message.name)
    else:
        raise Invalid("Failed to remove file, malformatted remove file msg")
