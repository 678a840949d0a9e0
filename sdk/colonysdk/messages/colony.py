"""Messages about colonies."""

from colonysdk.messages.base import Message
from colonysdk.objects import Colony, Statistics


class AddColony(Message[Colony], payload="addcolonymsg"):
    """Add a colony; for the server owner."""

    colony: Colony


class RemoveColony(Message[None], payload="removecolonymsg"):
    """Remove a colony with everything in it; for the server owner."""

    colony_name: str = ""


class GetColonies(Message[list[Colony]], payload="getcoloniesmsg"):
    """List the server's colonies; for the server owner."""


class GetColony(Message[Colony], payload="getcolonymsg"):
    """Look a colony up."""

    colony_name: str = ""


class GetColonyStatistics(Message[Statistics], payload="getcolonystatsmsg"):
    """Count a colony's executors, processes and workflows."""

    colony_name: str = ""


class ChangeColonyId(Message[None], payload="changecolonyidmsg"):
    """Hand a colony to another owner."""

    colony_name: str = ""
    colony_id: str = ""
