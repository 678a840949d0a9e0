"""Messages about the places of executors."""

from colonysdk.messages.base import Message
from colonysdk.objects import Location


class AddLocation(Message[Location], payload="addlocationmsg"):
    """Add a location; for the colony owner."""

    location: Location


class GetLocations(Message[list[Location]], payload="getlocationsmsg"):
    """List a colony's locations."""

    colony_name: str = ""


class GetLocation(Message[Location], payload="getlocationmsg"):
    """Look a location up by name."""

    colony_name: str = ""
    name: str = ""


class RemoveLocation(Message[None], payload="removelocationmsg"):
    """Remove a location; for the colony owner."""

    colony_name: str = ""
    name: str = ""
