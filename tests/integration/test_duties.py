"""Duties: one server at a time has each, and another one takes over when it is gone."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from colonyserver.background.catching_up import CatchUpLoop
from colonyserver.background.supervisor import Supervisor
from colonyserver.errors import Unavailable
from colonyserver.events import Events, EventsMissed
from colonyserver.servers.cluster import join_cluster
from colonyserver.servers.duties import Duty, OwnDutyLocks
from colonyserver.storage.backend import backend_for
from tests.support.postgresql import Cluster

FAILOVER_SECONDS = 5.0


class Working:
    """A loop that says whether it is at work."""

    def __init__(self) -> None:
        self.is_busy = False
        self.runs = 0

    async def run(self) -> None:
        self.is_busy = True
        self.runs += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.is_busy = False


class Server:
    """The background of one server, and nothing else of it."""

    def __init__(self, url: str) -> None:
        self.working = Working()
        self._url = url
        self._task = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _serve(self) -> None:
        async with join_cluster(backend_for(self._url), Events()) as cluster:
            supervisor = Supervisor(cluster.loops([self.working]))
            supervisor.start()
            try:
                await asyncio.Event().wait()
            finally:
                await supervisor.stop()


@pytest.fixture
async def url(cluster: Cluster) -> AsyncIterator[str]:
    with cluster.database() as url:
        yield url


async def busy(*servers: Server) -> Server:
    """The one server that works."""
    begin = time.monotonic()
    while not any(server.working.is_busy for server in servers):
        assert time.monotonic() - begin < FAILOVER_SECONDS
        await asyncio.sleep(0.02)
    (server,) = (server for server in servers if server.working.is_busy)
    return server


@pytest.mark.postgresql
class TestSharing:
    async def test_one_works_and_another_takes_over(self, url: str) -> None:
        servers = [Server(url) for _ in range(3)]
        for _ in range(2):
            working = await busy(*servers)
            await asyncio.sleep(1.2)
            assert await busy(*servers) is working
            await working.stop()
            servers.remove(working)
        await (await busy(*servers)).stop()

    async def test_who_loses_its_connection_stops_and_may_begin_again(self, cluster: Cluster, url: str) -> None:
        server = Server(url)
        await busy(server)
        cluster.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.rpartition('/')[2]}'"
        )
        begin = time.monotonic()
        while server.working.runs < 2:
            assert time.monotonic() - begin < 2 * FAILOVER_SECONDS
            await asyncio.sleep(0.02)
        await server.stop()

    async def test_different_duties_may_be_on_different_servers(self, url: str) -> None:
        class OtherWorking(Working):
            """Another duty."""

        async with join_cluster(backend_for(url), Events()) as one, join_cluster(backend_for(url), Events()) as other:
            loops = [Working(), OtherWorking()]
            supervisors = [Supervisor(one.loops(loops[:1])), Supervisor(other.loops(loops[1:]))]
            for supervisor in supervisors:
                supervisor.start()
            begin = time.monotonic()
            while not all(loop.is_busy for loop in loops):
                assert time.monotonic() - begin < FAILOVER_SECONDS
                await asyncio.sleep(0.02)
            for supervisor in supervisors:
                await supervisor.stop()


async def test_the_only_server_has_every_duty() -> None:
    working = Working()
    task = asyncio.create_task(Duty(working, OwnDutyLocks()).run())
    while not working.is_busy:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not working.is_busy


async def test_a_duty_that_fails_says_so() -> None:
    class Failing:
        async def run(self) -> None:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Duty(Failing(), OwnDutyLocks()).run()


async def test_catching_up_is_tried_again_when_the_database_is_away() -> None:
    outcomes: list[Exception | None] = [Unavailable("away"), None, None]
    calls = asyncio.Queue[Exception | None]()

    async def read() -> None:
        outcome = outcomes.pop(0)
        calls.put_nowait(outcome)
        if outcome is not None:
            raise outcome

    events = Events()
    supervisor = Supervisor([CatchUpLoop(events, [read])])
    supervisor.start()
    events.publish(EventsMissed())
    assert isinstance(await asyncio.wait_for(calls.get(), 10), Unavailable)
    assert await asyncio.wait_for(calls.get(), 10) is None
    assert calls.empty()
    events.publish(EventsMissed())
    assert await asyncio.wait_for(calls.get(), 10) is None
    await supervisor.stop()
