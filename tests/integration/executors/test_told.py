"""The executor on a server that tells it what happens and renews its leases."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from colonyexecutors import watch
from colonyexecutors.executor import Executor
from colonyexecutors.runtimes.process import ProcessRuntime
from colonyexecutors.settings import ExecutorSettings
from colonysdk.client import ColonyClient
from colonysdk.objects import FunctionSpec, Process, ProcessState
from tests.support.server import ColonyKeys, RunningServer, running_server
from tests.support.specifications import specification


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def colony(server: RunningServer) -> ColonyKeys:
    return server.new_colony()


@asynccontextmanager
async def working(colony: ColonyKeys, directory: Path) -> AsyncIterator[None]:
    """An executor that works on the colony, and is stopped hard at the end."""
    runtime = ProcessRuntime(directory / "processes")
    await runtime.open()
    settings = ExecutorSettings(
        colony_name=colony.name,
        executor_name=colony.executor_name,
        executor_type=colony.executor_type,
        state_directory=directory,
    )
    async with colony.client(colony.executor) as client:
        executor = Executor(settings, client, runtime)
        task = asyncio.create_task(executor.run())
        try:
            yield
        finally:
            executor.interrupt()
            executor.interrupt()
            with suppress(asyncio.CancelledError):
                await task
            await runtime.close()


def _job(colony: ColonyKeys, command: str, **fields: object) -> FunctionSpec:
    return specification(colony, "execute", kwargs={"cmd": command}, **fields)


async def _reached(client: ColonyClient, process: Process, state: ProcessState) -> Process:
    async with asyncio.timeout(20):
        while (now := await client.process(process.process_id)).state is not state:
            await asyncio.sleep(0.05)
    return now


def _asked(server: RunningServer) -> int:
    """How often the server was asked about a process."""
    text = httpx.get(f"{server.url}/metrics", verify=False).text
    return sum(int(float(number)) for number in re.findall(r"^[^#\n]*getprocessmsg[^\n]* ([0-9.e+]+)$", text, re.M))


async def test_a_cancelled_program_ends_without_its_executor_asking(
    server: RunningServer, colony: ColonyKeys, tmp_path: Path
) -> None:
    marker = tmp_path / "ended"
    job = _job(colony, f"sh -c 'trap \"touch {marker}; exit\" TERM; while :; do sleep 0.05; done'")
    async with working(colony, tmp_path / "state"), colony.client() as alice:
        process = await alice.submit(job)
        await _reached(alice, process, ProcessState.RUNNING)
        # The first look is soon after the assignment.
        await asyncio.sleep(1.5)
        before = _asked(server)
        assert before > 0
        await asyncio.sleep(2)
        assert _asked(server) - before <= 1
        cancelled = time.monotonic()
        await alice.cancel(process.process_id)
        async with asyncio.timeout(10):
            while not marker.exists():
                await asyncio.sleep(0.02)
        assert time.monotonic() - cancelled < watch._TOLD_LOOK_SECONDS[0] / 2


async def test_a_lease_is_renewed_for_as_long_as_may_be(colony: ColonyKeys, tmp_path: Path) -> None:
    async with working(colony, tmp_path / "state"), colony.client() as alice:
        process = await alice.submit(_job(colony, "sleep 5", max_exec_time=4, max_lease_time=30))
        assert (await _reached(alice, process, ProcessState.SUCCESS)).retries == 0


async def test_a_limit_without_a_lease_time_stays_one(colony: ColonyKeys, tmp_path: Path) -> None:
    async with working(colony, tmp_path / "state"), colony.client() as alice:
        process = await alice.submit(_job(colony, "sleep 10", max_exec_time=1))
        assert (await _reached(alice, process, ProcessState.FAILED)).errors == ["Maximum execution time limit exceeded"]
