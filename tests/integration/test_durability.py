"""Acknowledged means durable: the server is killed in the middle of heavy use, and nothing it confirmed is lost."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from colonysdk.client import ColonyClient
from colonysdk.errors import Unreachable
from colonysdk.objects import Process, ProcessState
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification

_CLIENTS = 8
_SUBMITS = 500
_KILL_AFTER = 150

Work = Callable[[ColonyClient, int], Awaitable[None]]


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Iterator[RunningServer]:
    with RunningServer(tmp_path, database_url=database_url) as running:
        yield running


async def test_acknowledged_submits_survive_a_kill(server: RunningServer, colony: ColonyKeys) -> None:
    acknowledged: dict[int, str] = {}

    async def submit(client: ColonyClient, number: int) -> None:
        acknowledged[number] = (await client.submit(specification(colony, args=[number]))).process_id
        if len(acknowledged) == _KILL_AFTER:
            server.kill()

    await _share(colony, range(_SUBMITS), submit)
    before_the_kill = set(acknowledged)
    server.start()
    await _share(colony, [number for number in range(_SUBMITS) if number not in acknowledged], submit)

    async with colony.client() as client:
        stored = await client.process_history(3600, ProcessState.WAITING)
        counted = (await client.statistics()).waiting_processes
    assert set(acknowledged) == set(range(_SUBMITS))
    assert {process.process_id for process in stored} >= set(acknowledged.values())
    assert len(stored) == counted
    times_stored = Counter(process.spec.args[0] for process in stored)
    assert {times_stored[number] for number in before_the_kill} == {1}
    # A submit that broke off without an answer may have been stored, and was then repeated.
    assert len(stored) - _SUBMITS <= _CLIENTS


async def test_acknowledged_assigns_logs_and_closes_survive_a_kill(server: RunningServer, colony: ColonyKeys) -> None:
    async with colony.client() as client:
        for number in range(200):
            await client.submit(specification(colony, args=[number]))
    assigned: list[str] = []
    logged: list[str] = []
    closed: list[str] = []

    async def work(client: ColonyClient, number: int) -> None:
        process = await client.assign(-1)
        assert process is not None
        assigned.append(process.process_id)
        await client.add_log(process.process_id, f"{process.spec.args[0]}\n")
        logged.append(process.process_id)
        await client.close(process.process_id, process.spec.args)
        closed.append(process.process_id)
        if len(closed) == 80:
            server.kill()

    await _share(colony, range(200), work, as_executor=True)
    server.start()

    assert len(set(assigned)) == len(assigned)
    async with colony.client() as client:
        for process_id in assigned:
            process = await client.process(process_id)
            assert process.state is not ProcessState.WAITING
            assert process.assigned_executor_id == colony.executor.id
        for process_id in closed:
            process = await client.process(process_id)
            assert (process.state, process.output) == (ProcessState.SUCCESS, process.spec.args)
        for process_id in logged:
            assert [log.message for log in await client.logs(process_id)] == [await _expected_line(client, process_id)]
        counts = await client.statistics()
    assert counts.waiting_processes + counts.running_processes + counts.successful_processes == 200


async def test_a_waiting_executor_gets_its_process_after_a_restart(server: RunningServer, colony: ColonyKeys) -> None:
    async with colony.client() as client, colony.client(colony.executor) as worker:
        waiting = asyncio.create_task(worker.assign(30))
        await client.alive()
        server.restart()
        with pytest.raises(Unreachable):
            await waiting
        submitted = await client.submit(specification(colony))
        running = await worker.assign(10)
    assert running is not None
    assert running.process_id == submitted.process_id


async def _share(colony: ColonyKeys, numbers: range | list[int], work: Work, *, as_executor: bool = False) -> None:
    """Let eight clients with connections of their own work through the numbers; each stops when the server is gone."""
    pending = iter(numbers)

    async def run(client: ColonyClient) -> None:
        try:
            for number in pending:
                await work(client, number)
        except Unreachable:
            return

    async with AsyncExitStack() as stack:
        identity = colony.executor if as_executor else colony.user
        clients = [await stack.enter_async_context(colony.client(identity)) for _ in range(_CLIENTS)]
        await asyncio.gather(*(run(client) for client in clients))


async def _expected_line(client: ColonyClient, process_id: str) -> str:
    process: Process = await client.process(process_id)
    return f"{process.spec.args[0]}\n"
