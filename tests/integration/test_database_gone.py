"""The database goes away and comes back: requests are refused clearly, whoever waits goes on, nothing is lost."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from colonysdk.client import ColonyClient
from colonysdk.errors import Refused
from colonysdk.objects import ProcessState
from colonyserver.errors import Unavailable
from colonyserver.storage.postgresql_driver import PostgresqlDriver
from colonyserver.storage.trouble import DriverTrouble
from tests.support.core import open_core
from tests.support.postgresql import Cluster, running_cluster
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def server(own_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    directory = tmp_path_factory.mktemp("server")
    with own_cluster.database() as url, RunningServer(directory, database_url=url) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
async def user(colony: ColonyKeys) -> AsyncIterator[ColonyClient]:
    async with colony.client() as client:
        yield client


@pytest.fixture
async def worker(colony: ColonyKeys) -> AsyncIterator[ColonyClient]:
    async with colony.client(colony.executor) as client:
        yield client


async def test_parked_polls_survive_and_the_rest_is_refused(
    own_cluster: Cluster, server: RunningServer, colony: ColonyKeys, user: ColonyClient, worker: ColonyClient
) -> None:
    waiting = asyncio.create_task(worker.assign(120))
    await server.until_counted("parked_polls", 1)
    own_cluster.stop()
    assert [status_of(server, path) for path in ("/health", "/ready")] == [503, 503]
    with pytest.raises(Refused, match="The database cannot be used at the moment; try again later") as refusal:
        await user.submit(specification(colony))
    assert refusal.value.status == 503
    with pytest.raises(Refused) as refusal:
        await user.processes(ProcessState.WAITING)
    assert refusal.value.status == 503
    assert not waiting.done()
    own_cluster.start()
    await until_ready(server)
    submitted = await user.submit(specification(colony))
    assigned = await asyncio.wait_for(waiting, 20)
    assert assigned is not None
    assert assigned.process_id == submitted.process_id
    await worker.close(submitted.process_id)
    assert (await user.process(submitted.process_id)).state == ProcessState.SUCCESS


async def test_a_restart_between_two_requests_is_not_noticed(
    own_cluster: Cluster, colony: ColonyKeys, user: ColonyClient, worker: ColonyClient
) -> None:
    """Every connection was broken off; the first request on each opens another."""
    for _ in range(2):
        submitted = await user.submit(specification(colony))
        await user.process(submitted.process_id)
        own_cluster.restart()
        assert (await user.process(submitted.process_id)).state == ProcessState.WAITING
        own_cluster.restart()
        assigned = await worker.assign(10)
        assert assigned is not None
        await worker.close(assigned.process_id)


async def test_nothing_acknowledged_is_lost(
    own_cluster: Cluster, colony: ColonyKeys, user: ColonyClient, worker: ColonyClient
) -> None:
    submitted: list[str] = []
    closed: list[str] = []
    refusals: list[int] = []
    is_over = asyncio.Event()

    async def submit() -> None:
        while not is_over.is_set():
            try:
                submitted.append((await user.submit(specification(colony))).process_id)
            except Refused as refusal:
                refusals.append(refusal.status)
                await asyncio.sleep(0.05)

    async def work() -> None:
        while not is_over.is_set():
            try:
                process = await worker.assign(1)
                if process is not None:
                    await worker.close(process.process_id, ["done"])
                    closed.append(process.process_id)
            except Refused as refusal:
                refusals.append(refusal.status)
                await asyncio.sleep(0.05)

    working = [asyncio.create_task(one()) for one in (submit, work) * 4]
    for _ in range(2):
        await asyncio.sleep(1)
        await asyncio.to_thread(own_cluster.restart)
    await asyncio.sleep(1)
    is_over.set()
    await asyncio.gather(*working)

    assert set(refusals) <= {503}
    assert len(submitted) > 20
    assert len(closed) > 20
    for process_id in submitted:
        await user.process(process_id)
    for process_id in closed:
        assert (await user.process(process_id)).state == ProcessState.SUCCESS
    counts = await user.statistics()
    assert counts.successful_processes >= len(closed)
    total = counts.waiting_processes + counts.running_processes + counts.successful_processes
    # What broke off without an answer may have been done.
    assert len(submitted) <= total <= len(submitted) + 8


async def test_an_assignment_in_doubt_is_taken_back(
    own_cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks after the commit and before its answer: the executor never learns what it has."""
    commit = PostgresqlDriver.commit

    def commit_and_break(driver: PostgresqlDriver) -> None:
        commit(driver)
        monkeypatch.undo()
        driver.libpq.finish()
        raise DriverTrouble("the connection was lost")

    with own_cluster.database() as url:
        async with open_core(tmp_path, url=url) as core:
            submitted = await core.submit()
            monkeypatch.setattr(PostgresqlDriver, "commit", commit_and_break)
            with pytest.raises(Unavailable):
                await core.assign("one")
            assigned = await core.assign("two", timeout=30)
            assert (assigned.process_id, assigned.retries) == (submitted.process_id, 0)
            assert await core.states() == await core.counted()


def status_of(server: RunningServer, path: str) -> int:
    return httpx.get(server.url + path, timeout=30, verify=False).status_code


async def until_ready(server: RunningServer) -> None:
    begin = time.monotonic()
    while await asyncio.to_thread(status_of, server, "/ready") != 200:
        assert time.monotonic() - begin < 30
        await asyncio.sleep(0.1)
