"""Two servers on one PostgreSQL: what happens on one holds on the other, and either goes on alone."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from colonysdk.client import ColonyClient
from colonysdk.errors import ColonyError, Refused
from colonysdk.messages import PauseAssignments, RemoveColony, RemoveUser, ResumeAssignments
from colonysdk.objects import Process, ProcessState
from tests.support.postgresql import Cluster
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification

pytestmark = pytest.mark.postgresql

SOON = 8.0
"""Seconds within which what depends on nothing but a message between servers must have happened."""


class TestNews:
    async def test_a_submit_wakes_who_waits_at_the_other_server(
        self, servers: tuple[RunningServer, RunningServer], here: ColonyKeys, there: ColonyKeys
    ) -> None:
        async with here.client() as client, there.client(there.executor) as worker:
            for _ in range(5):
                waiting = asyncio.create_task(worker.assign(60))
                await servers[1].until_counted("parked_polls", 1)
                begin = time.monotonic()
                submitted = await client.submit(specification(here))
                assigned = await waiting
                assert time.monotonic() - begin < SOON
                assert assigned is not None
                assert assigned.process_id == submitted.process_id

    async def test_what_is_needed_for_the_first_time_is_found_at_once(
        self, here: ColonyKeys, there: ColonyKeys
    ) -> None:
        async with here.client() as client, there.client(there.executor) as worker:
            for number in range(1, 6):
                submitted = await client.submit(specification(here, mem=f"{number}Mi"))
                assigned = await worker.assign(-1)
                assert assigned is not None
                assert assigned.process_id == submitted.process_id

    async def test_a_close_is_told_at_the_other_server(
        self, servers: tuple[RunningServer, RunningServer], here: ColonyKeys, there: ColonyKeys
    ) -> None:
        async with here.client() as client, there.client(there.executor) as worker:
            submitted = await client.submit(specification(here))
            following = asyncio.create_task(successful(client, submitted.process_id))
            await servers[0].until_counted("subscriptions", 1)
            assigned = await worker.assign(10)
            assert assigned is not None
            await worker.close(assigned.process_id, ["done"])
            begin = time.monotonic()
            ended = await following
            assert time.monotonic() - begin < SOON
            assert (ended.state, ended.output) == (ProcessState.SUCCESS, ["done"])

    async def test_pause_and_resume_hold_everywhere(
        self, servers: tuple[RunningServer, RunningServer], here: ColonyKeys, there: ColonyKeys
    ) -> None:
        async with here.client() as client, there.client(there.executor) as worker:
            servers[0].send(PauseAssignments(colony_name=here.name), here.owner)
            submitted = await client.submit(specification(here))
            # The database is asked in every claim, so this does not depend on when the message arrives.
            assert await worker.assign(-1) is None
            waiting = asyncio.create_task(worker.assign(60))
            await servers[1].until_counted("parked_polls", 1)
            servers[0].send(ResumeAssignments(colony_name=here.name), here.owner)
            assigned = await asyncio.wait_for(waiting, SOON)
            assert assigned is not None
            assert assigned.process_id == submitted.process_id

    async def test_who_is_removed_is_a_stranger_everywhere(
        self, servers: tuple[RunningServer, RunningServer], here: ColonyKeys, there: ColonyKeys
    ) -> None:
        async with there.client() as user:
            await user.processes(ProcessState.WAITING, 1)
            servers[0].send(RemoveUser(colony_name=here.name, name=here.user_name), here.owner)
            await until_refused(lambda: user.processes(ProcessState.WAITING, 1))

    async def test_a_removed_colony_is_gone_everywhere(
        self, servers: tuple[RunningServer, RunningServer], here: ColonyKeys, there: ColonyKeys
    ) -> None:
        async with there.client() as user:
            await user.submit(specification(here))
            servers[0].send(RemoveColony(colony_name=here.name), servers[0].server_owner)
            await until_refused(lambda: user.submit(specification(here)))


class TestRaces:
    async def test_one_process_is_assigned_once(self, here: ColonyKeys, there: ColonyKeys) -> None:
        async with here.client() as client:
            for _ in range(60):
                await client.submit(specification(here))
        got: list[str] = []

        async def work(colony: ColonyKeys) -> None:
            async with colony.client(colony.executor) as worker:
                while (process := await worker.assign(-1)) is not None:
                    got.append(process.process_id)

        await asyncio.gather(*(work(colony) for colony in (here, there) * 4))
        assert len(got) == len(set(got)) == 60

    async def test_of_two_ends_one_is_refused(self, here: ColonyKeys, there: ColonyKeys) -> None:
        async with here.client() as user, there.client(there.executor) as worker:
            for _ in range(15):
                process = await started(user, worker, here)
                outcomes = await asyncio.gather(
                    worker.close(process.process_id, []), user.cancel(process.process_id), return_exceptions=True
                )
                refused = [outcome for outcome in outcomes if outcome is not None]
                assert len(refused) == 1
                assert isinstance(refused[0], Refused)
                assert refused[0].status in (400, 403)
                ended = await user.process(process.process_id)
                assert ended.state == (ProcessState.CANCELLED if outcomes[1] is None else ProcessState.SUCCESS)
            counts = await user.statistics()
            assert (counts.running_processes, counts.waiting_processes) == (0, 0)
            assert counts.successful_processes + counts.cancelled_processes == 15

    async def test_a_log_written_by_turns_is_read_in_order(self, here: ColonyKeys, there: ColonyKeys) -> None:
        async with here.client() as user, there.client(there.executor) as one, here.client(here.executor) as other:
            process = await started(user, one, here)
            for number in range(20):
                await (one, other)[number % 2].add_log(process.process_id, f"{number}\n")
            lines = [log.message for log in await user.logs(process.process_id)]
            assert lines == [f"{number}\n" for number in range(20)]


async def test_a_server_that_is_killed_leaves_its_duties_to_the_other(cluster: Cluster, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    with cluster.database() as url, RunningServer(one, database_url=url) as first:
        colony = first.new_colony()
        with RunningServer(other, database_url=url) as second:
            there = replace(colony, url=second.url)
            async with there.client() as user, there.client(there.executor) as worker:
                submitted = await user.submit(specification(colony, max_exec_time=3))
                await worker.assign(10)
                first.kill()
                begin = time.monotonic()
                while (await user.process(submitted.process_id)).state == ProcessState.RUNNING:
                    assert time.monotonic() - begin < 3 + 5 + 2
                    await asyncio.sleep(0.1)
                assert (await user.process(submitted.process_id)).state == ProcessState.FAILED


async def started(user: ColonyClient, worker: ColonyClient, colony: ColonyKeys) -> Process:
    await user.submit(specification(colony))
    process = await worker.assign(10)
    assert process is not None
    return process


async def successful(client: ColonyClient, process_id: str) -> Process:
    """The process when it has ended well, as a subscription tells."""
    async with aclosing(client.subscribe_process(process_id, ProcessState.SUCCESS, 30)) as changes:
        return await anext(changes)


async def until_refused(call: Callable[[], Awaitable[object]]) -> None:
    """Call until the server refuses; that must be soon."""
    begin = time.monotonic()
    while time.monotonic() - begin < SOON:
        try:
            await call()
        except ColonyError:
            return
        await asyncio.sleep(0.02)
    pytest.fail("it was never refused")
