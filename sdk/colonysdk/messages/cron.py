"""Messages about crons."""

from colonysdk.messages.base import Message
from colonysdk.objects import Cron
from colonysdk.objects.wire import Int64


class AddCron(Message[Cron], payload="addcronmsg"):
    """Add a cron; its first run is at its first due time."""

    cron: Cron


class GetCron(Message[Cron], payload="getcronmsg"):
    """Look a cron up."""

    cron_id: str = ""


class GetCrons(Message[list[Cron]], payload="getcronsmsg"):
    """List the first `count` crons of a colony."""

    colony_name: str = ""
    count: Int64 = 0


class RunCron(Message[Cron], payload="runcronmsg"):
    """Submit a cron's workflow now; the reply is the cron as it was before."""

    cron_id: str = ""


class RemoveCron(Message[None], payload="removecronmsg"):
    """Remove a cron; `all` has no effect."""

    cron_id: str = ""
    all: bool = False
