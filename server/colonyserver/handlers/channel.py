"""Messages about channels."""

from colonysdk.messages import AppendToChannel, ReadChannel
from colonyserver.access import member_somewhere
from colonyserver.handlers.registry import Request, handles
from colonyserver.services.bundle import Services
from colonyserver.services.channels import NewEntry
from colonyserver.storage.channels import ChannelKey, entry_list_json


@handles(AppendToChannel, "append to channel", allow=member_somewhere)
async def append_to_channel(services: Services, request: Request[AppendToChannel]) -> None:
    """Append an entry to a channel."""
    message = request.message
    key = ChannelKey(message.process_id, message.name)
    entry = NewEntry(key, message.sequence, message.in_reply_to, message.entry_type, message.payload)
    await services.channels.append(request.caller, entry)


@handles(ReadChannel, "read channel", allow=member_somewhere)
async def read_channel(services: Services, request: Request[ReadChannel]) -> bytes:
    """Read a channel on from a position."""
    message = request.message
    key = ChannelKey(message.process_id, message.name)
    entries = await services.channels.read(request.caller, key, after=message.after_seq, limit=message.limit)
    return entry_list_json(entries)
