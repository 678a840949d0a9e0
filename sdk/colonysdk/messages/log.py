"""Messages about logs."""

from colonysdk.messages.base import Message
from colonysdk.objects import Log
from colonysdk.objects.wire import Int64


class AddLog(Message[None], payload="addlogmsg"):
    """Append to the log of a running process; only by the executor it is assigned to."""

    process_id: str = ""
    message: str = ""


class AddExecutorLog(Message[None], payload="addexecutorlogmsg"):
    """Append to the calling executor's own log."""

    colony_name: str = ""
    executor_name: str = ""
    message: str = ""


class GetLogs(Message[list[Log]], payload="getlogsmsg"):
    """Read up to 500 entries of a process, or of an executor when it is named.

    `since` is exclusive, in Unix nanoseconds; `latest` gives the last `count` entries instead. Oldest first.
    """

    colony_name: str = ""
    process_id: str = ""
    executor_name: str = ""
    count: Int64 = 0
    since: Int64 = 0
    latest: bool = False


class SearchLogs(Message[list[Log]], payload="searchlogsmsg"):
    """Find entries of the last `days` that contain a text."""

    colony_name: str = ""
    text: str = ""
    days: Int64 = 0
    count: Int64 = 0
