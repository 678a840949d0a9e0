"""Extensions to the reference's protocol for executors."""

from colonysdk.messages.base import Message
from colonysdk.objects.colony_event import ColonyEvents
from colonysdk.objects.lease import Lease
from colonysdk.objects.wire import Int64


class RenewLease(Message[Lease], payload="renewleasemsg"):
    """Ask for another `maxexectime` for a process that the caller runs (extension `lease/1`)."""

    process_id: str = ""


class SubscribeEvents(Message[ColonyEvents], payload="subscribeeventsmsg"):
    """Hear, on /pubsub, of everything that happens in a colony (extension `events/1`).

    `cursor` is where an earlier subscription stopped; `mine` leaves out what does not concern processes that the
    calling executor has or had; `timeout` in seconds.
    """

    colony_name: str = ""
    cursor: str = ""
    mine: bool = False
    timeout: Int64 = 0
