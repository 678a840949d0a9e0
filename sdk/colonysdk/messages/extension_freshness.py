"""Messages about the freshness that a colony asks of its messages."""

from colonysdk.messages.base import Message
from colonysdk.objects.freshness import Freshness


class GetFreshness(Message[Freshness], payload="getfreshnessmsg"):
    """Ask whether messages must be fresh (extension `freshness/1`)."""

    colony_name: str = ""


class SetFreshness(Message[Freshness], payload="setfreshnessmsg"):
    """Say whether messages must be fresh; for the colony owner (extension `freshness/1`)."""

    colony_name: str = ""
    policy: str = ""
