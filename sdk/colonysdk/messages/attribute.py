"""Messages about attributes."""

from colonysdk.messages.base import Message
from colonysdk.objects import Attribute


class AddAttribute(Message[Attribute], payload="addattributemsg"):
    """Attach a text to a running process; only by the executor it is assigned to."""

    attribute: Attribute


class GetAttribute(Message[Attribute], payload="getattributemsg"):
    """Look an attribute up."""

    attribute_id: str = ""
