"""What a server tells about itself and its colonies."""

from pydantic import Field

from colonysdk.objects.wire import Int64, WireModel, omit_empty


class Statistics(WireModel):
    """Counts of a server or of one colony."""

    colonies: Int64 = 0
    executors: Int64 = 0
    active_executors: Int64 = 0
    unregistered_executors: Int64 = 0
    waiting_processes: Int64 = 0
    running_processes: Int64 = 0
    successful_processes: Int64 = 0
    failed_processes: Int64 = 0
    cancelled_processes: Int64 = 0
    waiting_workflows: Int64 = 0
    running_workflows: Int64 = 0
    successful_workflows: Int64 = 0
    failed_workflows: Int64 = 0
    cancelled_workflows: Int64 = 0


class Backend(WireModel):
    """One way to reach a server."""

    type: str = "http"
    port: Int64 = 0
    host: str = Field(default="", exclude_if=omit_empty)
    tls: bool = Field(default=False, exclude_if=omit_empty)
    insecure: bool = Field(default=False, exclude_if=omit_empty)


class ServerInfo(WireModel):
    """A server's version, its backends, and the extensions it offers beyond the reference's protocol."""

    build_version: str = ""
    build_time: str = ""
    backends: list[Backend] = Field(default_factory=list)
    extensions: list[str] = Field(default_factory=list, exclude_if=omit_empty)


class ClusterNode(WireModel):
    """One server of a cluster; the ports of services that a server does not have are 0."""

    name: str = ""
    host: str = ""
    port: Int64 = 0
    peer_port: Int64 = 0
    relay_port: Int64 = 0
    api_port: Int64 = 0


class Cluster(WireModel):
    """The servers that work together, and the one that leads them."""

    nodes: list[ClusterNode] = Field(default_factory=list)
    leader: ClusterNode = Field(default_factory=ClusterNode)


class Version(WireModel):
    """A server's version (wire: versionmsg answers with its own msgtype)."""

    build_version: str = ""
    build_time: str = ""
    msg_type: str = "versionmsg"


class Failure(WireModel):
    """The payload of an error reply; `status` is the HTTP status."""

    status: Int64 = 0
    message: str = ""


class PauseStatus(WireModel):
    """Whether a colony's assignments are paused."""

    msg_type: str = "pausestatusreplymsg"
    colony_name: str = ""
    is_paused: bool = False
