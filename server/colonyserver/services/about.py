"""What the server tells about itself."""

from dataclasses import dataclass
from importlib.metadata import version

from colonysdk.extensions import EVENTS, EXPLAIN, FRESHNESS, LEASE, PROCESS_QUERY, SUBMIT_KEY, WORKFLOW_MEMBERS
from colonysdk.objects import Backend, Cluster, ClusterNode, ServerInfo, Version

_DISTRIBUTION = "colony-tui"

EXTENSIONS = (PROCESS_QUERY, WORKFLOW_MEMBERS, EXPLAIN, EVENTS, SUBMIT_KEY, LEASE, FRESHNESS)
"""What this server does beyond the reference; docs/reference/wire-extensions.md explains each."""


def installed_version() -> str:
    """The version of this installation."""
    return version(_DISTRIBUTION)


@dataclass(frozen=True)
class About:
    """The server's version, and how it can be reached."""

    build_version: str
    build_time: str
    host: str
    port: int
    tls: bool = False

    def version(self) -> Version:
        """The version message."""
        return Version(build_version=self.build_version, build_time=self.build_time)

    def info(self) -> ServerInfo:
        """Version, backends and the extensions to the reference's protocol."""
        backend = Backend(type="http", host=self.host, port=self.port, tls=self.tls)
        return ServerInfo(
            build_version=self.build_version,
            build_time=self.build_time,
            backends=[backend],
            extensions=list(EXTENSIONS),
        )

    def cluster(self) -> Cluster:
        """This server as the only node and the leader: servers that share a database need not know each other."""
        node = ClusterNode(name="colony-server", host=self.host, api_port=self.port)
        return Cluster(nodes=[node], leader=node)
