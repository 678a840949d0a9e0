"""The ASGI application: /api past every framework, the rest through Starlette."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from colonyserver.access import Access
from colonyserver.events import Events
from colonyserver.gateway.admission import Admission
from colonyserver.gateway.body import LARGE_BYTES
from colonyserver.gateway.channels import ChannelSource
from colonyserver.gateway.colony_events import ColonyEventSource
from colonyserver.gateway.cors import CrossOrigin
from colonyserver.gateway.health import HealthEndpoints
from colonyserver.gateway.http_connection import ShortWay
from colonyserver.gateway.metrics import Metrics
from colonyserver.gateway.processes import ColonySource, ProcessSource
from colonyserver.gateway.pubsub import SubscriptionEndpoint
from colonyserver.gateway.replies import NOT_FOUND
from colonyserver.gateway.rpc import RpcEndpoint
from colonyserver.handlers import catalogue  # noqa: F401 - fills the registry of handlers
from colonyserver.services.bundle import Services
from colonyserver.settings import ServerSettings
from colonyserver.storage.database import Database


class Gateway:
    """Everything the network sees: `asgi` serves it, `short_way` leads to /api; `drain` lets all who wait go."""

    def __init__(
        self, settings: ServerSettings, services: Services, access: Access, events: Events, database: Database
    ) -> None:
        metrics = Metrics()
        self._services = services
        self._health = HealthEndpoints(database, services.lifecycle.assignment, metrics)
        self._rpc = RpcEndpoint(services, access, metrics, settings)
        self.short_way = ShortWay(self._rpc.answer, min(LARGE_BYTES, settings.request_limit_bytes))
        processes = services.lifecycle.processes
        subscriptions = SubscriptionEndpoint(
            (
                ProcessSource(processes, access, events),
                ColonySource(processes, access, events),
                ChannelSource(services.channels, access, events),
                ColonyEventSource(services.extensions.events, access),
            ),
            metrics,
            Admission(access, services.extensions.freshness),
            settings,
        )
        self._pages = Starlette(
            routes=[
                Route("/health", self._health.health),
                Route("/ready", self._health.ready),
                Route("/metrics", self._health.metrics),
                WebSocketRoute("/pubsub", subscriptions.serve),
            ],
            exception_handlers={404: _not_found, 405: _not_found},
        )
        self._pages.router.redirect_slashes = False
        self.asgi: ASGIApp = CrossOrigin(self._route, settings.allowed_origins)

    async def drain(self) -> None:
        """Answer everybody who waits for a process, and take no more of them."""
        self._health.is_stopping = True
        self._services.lifecycle.assignment.stop()

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/api":
            await self._rpc(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


async def _not_found(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse(NOT_FOUND, 404)
