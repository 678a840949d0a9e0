"""Messages about channels, through which a process's submitter and its executor talk while it is not over."""

from pydantic import Field

from colonysdk.messages.base import Message
from colonysdk.objects import ChannelEntry
from colonysdk.objects.channel import Payload
from colonysdk.objects.wire import Int64


class AppendToChannel(Message[None], payload="channelappendmsg"):
    """Append an entry, whose type may be "data" (or empty), "end", "error" or what the sender chooses."""

    process_id: str = ""
    name: str = ""
    sequence: Int64 = 0
    in_reply_to: Int64 = 0
    payload: Payload = None
    entry_type: str = Field(default="", alias="payloadtype")


class ReadChannel(Message[list[ChannelEntry]], payload="channelreadmsg"):
    """Read up to `limit` entries, 0 for all, after the first `after_seq` of them."""

    process_id: str = ""
    name: str = ""
    after_seq: Int64 = 0
    limit: Int64 = 0


class SubscribeChannel(Message[list[ChannelEntry]], payload="subscribechannelmsg"):
    """Follow a channel after its first `after_seq` entries; `timeout` in seconds, where 0 means 30.

    Only on /pubsub. Every event is a list of entries, an empty one ends the subscription.
    """

    process_id: str = ""
    name: str = ""
    after_seq: Int64 = 0
    timeout: Int64 = 0
