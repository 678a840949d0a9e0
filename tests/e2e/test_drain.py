"""Thousands of jobs at once: every one runs, none runs twice, none is lost."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from colonysdk.client import ColonyClient
from colonysdk.objects import FunctionSpec, ProcessState, Statistics
from tests.integration.executors.program import RunningExecutor, specification
from tests.support.server import ColonyKeys, RunningServer, running_server

SUBMITTERS = 8
PLAIN_PROCESSES = 5_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    directory = tmp_path / "server"
    directory.mkdir()
    with running_server(directory) as running:
        yield running


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_thousands_of_plain_processes(server: RunningServer, tmp_path: Path) -> None:
    colony = server.new_colony()
    written = tmp_path / "written"
    async with colony.client() as client:
        ids = await _submit(
            client, PLAIN_PROCESSES, lambda: specification(colony, "sh", "-c", f"echo {{processid}} >> {written}")
        )
        with _executor(tmp_path, colony):
            statistics = await _drained(client)

    assert statistics.successful_processes == PLAIN_PROCESSES
    assert Counter(written.read_text().split()) == Counter(ids)


def _executor(directory: Path, colony: ColonyKeys) -> RunningExecutor:
    place = directory / "executor"
    place.mkdir()
    return RunningExecutor(place, colony, "process")


async def _submit(client: ColonyClient, count: int, make: Callable[[], FunctionSpec]) -> list[str]:
    remaining = iter(range(count))
    ids: list[str] = []

    async def submitter() -> None:
        for _ in remaining:
            ids.append((await client.submit(make())).process_id)

    await asyncio.gather(*(submitter() for _ in range(SUBMITTERS)))
    return ids


async def _drained(client: ColonyClient) -> Statistics:
    """Wait until nothing waits or runs; every process must have ended well."""
    while True:
        statistics = await client.statistics()
        failed = await client.processes(ProcessState.FAILED, 1) if statistics.failed_processes else []
        assert not failed, failed[0].errors
        if not statistics.waiting_processes and not statistics.running_processes:
            return statistics
        await asyncio.sleep(0.2)
