"""The composition root: settings → database → services → ASGI application → a listening server."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog

from colonyserver.access import Access
from colonyserver.background.catching_up import CatchUpLoop
from colonyserver.background.crons import CronLoop
from colonyserver.background.deadlines import DeadlineLoop
from colonyserver.background.forgetting import ForgettingLoop
from colonyserver.background.generators import GeneratorLoop
from colonyserver.background.presence import PresenceLoop
from colonyserver.background.retention import RetentionLoop
from colonyserver.background.silence import SilenceLoop
from colonyserver.background.supervisor import Loop, Supervisor
from colonyserver.errors import StartError
from colonyserver.events import Events
from colonyserver.gateway.asgi import Gateway
from colonyserver.gateway.listening import GracefulServer, allow_many_connections, bind, url_of, write_ready_file
from colonyserver.memory import return_large_blocks
from colonyserver.servers.cluster import join_cluster
from colonyserver.services.about import About, installed_version
from colonyserver.services.blueprint_changes import BlueprintChanges
from colonyserver.services.blueprint_definitions import BlueprintDefinitionService
from colonyserver.services.blueprints import BlueprintService
from colonyserver.services.bundle import Services
from colonyserver.services.channels import ChannelService
from colonyserver.services.colonies import ColonyService
from colonyserver.services.executors import ExecutorService
from colonyserver.services.extensions import Extensions
from colonyserver.services.files import FileService
from colonyserver.services.functions import FunctionService
from colonyserver.services.lifecycle import Lifecycle
from colonyserver.services.locations import LocationService
from colonyserver.services.pause import PauseService
from colonyserver.services.reconciliation import Reconciliation
from colonyserver.services.retention import RetentionPolicy, RetentionService
from colonyserver.services.schedules import Schedules
from colonyserver.services.server_owner import ServerOwnerService
from colonyserver.services.snapshots import SnapshotService
from colonyserver.services.statistics import StatisticsService
from colonyserver.services.users import UserService
from colonyserver.settings import ServerSettings
from colonyserver.storage.database import Database
from colonyserver.storage.directory import StoredDirectory
from colonyserver.tls import Certificate

_WRITTEN_AFTER_SECONDS = 3
"""By then, other servers have written down when they heard from an executor."""

_log = structlog.get_logger(__name__)


def run(settings: ServerSettings, ready_file: Path | None) -> None:
    """Serve until SIGTERM or SIGINT; raises ServerError when address, certificate or database cannot be used."""
    import uvloop

    certificate = settings.certificate()
    with bind(settings.host, settings.port) as listener, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, certificate, listener, ready_file))


@asynccontextmanager
async def open_gateway(settings: ServerSettings, about: About) -> AsyncIterator[Gateway]:
    """Open the database and put the server together; everything that was accepted is on disk when the block ends."""
    database = await Database.open(settings.database_url)
    try:
        events = Events()
        lifecycle = await Lifecycle.open(database, events, limits=settings)
        executors = ExecutorService(
            database,
            events,
            lifecycle.requeueing,
            lifecycle.presence,
            allow_reregister=settings.allow_executor_reregister,
        )
        services = Services(
            about=about,
            server_owner=ServerOwnerService(database, events),
            colonies=ColonyService(database, events),
            users=UserService(database, events),
            executors=executors,
            functions=FunctionService(database),
            statistics=StatisticsService(database),
            pause=PauseService(database, events),
            lifecycle=lifecycle,
            channels=ChannelService(database, events, lifecycle.clock, settings),
            extensions=await Extensions.open(database, events, lifecycle),
            files=FileService(database, lifecycle.clock),
            snapshots=SnapshotService(database, lifecycle.clock),
            locations=LocationService(database),
            schedules=Schedules.over(
                database,
                events,
                lifecycle,
                local_zone=settings.cron_zone,
                cron_checker_milliseconds=settings.cron_checker_milliseconds,
                generator_checker_milliseconds=settings.generator_checker_milliseconds,
            ),
            blueprint_definitions=BlueprintDefinitionService(database, lifecycle.clock),
            blueprints=BlueprintService(database),
            blueprint_changes=BlueprintChanges(
                database, lifecycle.clock, Reconciliation(lifecycle.submission, events, lifecycle.clock)
            ),
        )
        access = Access(StoredDirectory(database))
        access.follow(events)
        await _set_first_owner(services.server_owner, settings.server_id)
        async with join_cluster(database.backend, events) as cluster:
            duties = cluster.loops(_duties(settings, database, events, services))
            supervisor = Supervisor([*duties, *_loops(database, events, services)])
            supervisor.start()
            try:
                yield Gateway(settings, services, access, events, database)
            finally:
                await supervisor.stop()
                await lifecycle.close()
    finally:
        await database.close()


async def _serve(
    settings: ServerSettings, certificate: Certificate | None, listener: socket.socket, ready_file: Path | None
) -> None:
    allow_many_connections()
    return_large_blocks()
    version = installed_version()
    url = url_of(listener, is_tls=certificate is not None)
    about = About(
        build_version=settings.build_version or version,
        build_time=settings.build_time,
        host=settings.host,
        port=listener.getsockname()[1],
        tls=settings.announces_tls,
    )

    def announce() -> None:
        _log.info("listening", url=url, version=version)
        if ready_file is not None:
            write_ready_file(ready_file, url, version)

    async with open_gateway(settings, about) as gateway:
        tls = None if certificate is None else certificate.context
        server = GracefulServer(gateway, tls, on_ready=announce)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.stop)
        if certificate is not None:
            loop.add_signal_handler(signal.SIGHUP, _renew, certificate)
        # What is there now stays for good; the collector need not look at it again while requests are answered.
        gc.freeze()
        await server.serve(sockets=[listener])
    _log.info("stopped")


def _renew(certificate: Certificate) -> None:
    try:
        certificate.reload()
    except StartError as error:
        _log.warning("certificate not renewed; the former one is used further", problem=str(error))
    else:
        _log.info("certificate renewed")


def _loops(database: Database, events: Events, services: Services) -> list[Loop]:
    """What every server does for itself."""
    lifecycle = services.lifecycle
    return [
        CatchUpLoop(events, [lifecycle.assignment.catch_up, services.extensions.freshness.start]),
        PresenceLoop(lifecycle.presence),
        ForgettingLoop(database, lifecycle.clock),
    ]


def _duties(settings: ServerSettings, database: Database, events: Events, services: Services) -> list[Loop]:
    """What one server does for all that share the database."""
    written_after = _WRITTEN_AFTER_SECONDS if database.backend.is_shared else 0
    lifecycle = services.lifecycle
    return [
        DeadlineLoop(lifecycle.expiry, events, lifecycle.clock),
        CronLoop(services.schedules.cron_runs, events, lifecycle.clock),
        GeneratorLoop(services.schedules.generator_runs, events, lifecycle.clock),
        *_retention(settings, database, lifecycle),
        SilenceLoop(
            database,
            lifecycle.presence,
            lifecycle.clock,
            services.executors.remove,
            longest_silence=timedelta(seconds=settings.stale_executor_seconds + written_after),
            interval=timedelta(seconds=settings.cleanup_interval_seconds),
        ),
    ]


def _retention(settings: ServerSettings, database: Database, lifecycle: Lifecycle) -> list[Loop]:
    if not settings.retention:
        return []
    policy = RetentionPolicy(
        settings.retention_seconds, settings.retention_failed_seconds or settings.retention_seconds
    )
    return [RetentionLoop(RetentionService(database, lifecycle.clock, policy))]


async def _set_first_owner(server_owner: ServerOwnerService, server_id: str) -> None:
    """Make the configured identity the owner at the first start; afterwards only the owner can hand the server on."""
    owner_id = await server_owner.current()
    if not owner_id and server_id:
        await server_owner.change(server_id)
    elif not owner_id:
        _log.warning("nobody owns this server; set COLONIES_SERVER_ID to the id of a key and start it again")
    elif server_id not in ("", owner_id):
        _log.warning("COLONIES_SERVER_ID is not the owner of this server and is ignored", owner=owner_id)
