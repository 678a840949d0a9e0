"""Messages about the server itself."""

from colonysdk.messages import ChangeServerId, GetCluster, GetServerInfo, GetStatistics, GetVersion
from colonysdk.objects import Cluster, ServerInfo, Statistics, Version
from colonyserver.access import public, server_owner
from colonyserver.handlers.registry import Request, handles
from colonyserver.services.bundle import Services


@handles(GetVersion, "get version", allow=public)
async def get_version(services: Services, _request: Request[GetVersion]) -> Version:
    """Tell the server's version."""
    return services.about.version()


@handles(GetServerInfo, "get server info", allow=public)
async def get_server_info(services: Services, _request: Request[GetServerInfo]) -> ServerInfo:
    """Tell the server's version, backends and extensions."""
    return services.about.info()


@handles(GetStatistics, "get statistics", allow=server_owner)
async def get_statistics(services: Services, _request: Request[GetStatistics]) -> Statistics:
    """Count everything on the server."""
    return await services.statistics.of_server()


@handles(GetCluster, "get cluster", allow=server_owner)
async def get_cluster(services: Services, _request: Request[GetCluster]) -> Cluster:
    """Tell which servers work together."""
    return services.about.cluster()


@handles(ChangeServerId, "change server id", allow=server_owner)
async def change_server_id(services: Services, request: Request[ChangeServerId]) -> bytes:
    """Hand the server to another owner; wire: the request comes back."""
    await services.server_owner.change(request.message.server_id)
    return request.message.encode()
