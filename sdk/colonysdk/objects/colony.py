"""Colonies and their users."""

from colonysdk.objects.wire import WireModel


class Colony(WireModel):
    """A colony; its id is the id of its owner's key."""

    colony_id: str = ""
    name: str = ""


class User(WireModel):
    """A person who may use a colony."""

    colony_name: str = ""
    user_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
