"""Messages about the server itself."""

from colonysdk.messages.base import Message
from colonysdk.objects import Cluster, ServerInfo, Statistics, Version


class GetVersion(Message[Version], payload="versionmsg", signed=False):
    """Ask for the server's version; both fields are sent empty."""

    build_version: str = ""
    build_time: str = ""


class GetServerInfo(Message[ServerInfo], payload="getserverinfomsg", signed=False):
    """Ask for the server's version, backends and extensions."""


class GetStatistics(Message[Statistics], payload="getstatisticsmsg"):
    """Count everything on the server; for the server owner."""


class GetCluster(Message[Cluster], payload="getclustermsg"):
    """Ask for the servers that work together; for the server owner."""


class ChangeServerId(Message[None], payload="changeserveridmsg"):
    """Hand the server to another owner."""

    server_id: str = ""
