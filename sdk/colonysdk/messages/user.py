"""Messages about users."""

from colonysdk.messages.base import Message
from colonysdk.objects import User


class AddUser(Message[User], payload="addusermsg"):
    """Add a user; for the colony owner."""

    user: User


class GetUsers(Message[list[User]], payload="getusersmsg"):
    """List a colony's users."""

    colony_name: str = ""


class GetUser(Message[User], payload="getusermsg"):
    """Look a user up by name."""

    colony_name: str = ""
    name: str = ""


class GetUserById(Message[User], payload="getuserbyidmsg"):
    """Look a user up by id."""

    colony_name: str = ""
    user_id: str = ""


class RemoveUser(Message[None], payload="removeusermsg"):
    """Remove a user; for the colony owner."""

    colony_name: str = ""
    name: str = ""


class ChangeUserId(Message[None], payload="changeuseridmsg"):
    """Give the calling user another key."""

    colony_name: str = ""
    user_id: str = ""
