"""Two servers on one PostgreSQL while servers are killed and the database is restarted: nothing is lost.

`NIGHTLY=1` runs the full size.
"""

import asyncio
import itertools
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.support.effort import NIGHTLY
from tests.support.postgresql import running_cluster
from tests.support.server import RunningServer
from tests.support.turmoil import Notes, Turmoil

pytestmark = pytest.mark.postgresql

PROCESSES, DIAMONDS, EXECUTORS, KILL_INTERVAL_SECONDS = (20_000, 500, 16, 3.0) if NIGHTLY else (500, 25, 6, 1.0)
LONGEST_SECONDS = 3_000.0 if NIGHTLY else 100.0


@pytest.mark.slow
@pytest.mark.timeout(LONGEST_SECONDS + 200)
async def test_nothing_is_lost_and_nothing_is_assigned_twice_at_a_time(tmp_path: Path) -> None:
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster())
        url = stack.enter_context(cluster.database())
        servers = start_servers(stack, tmp_path, url)
        async with Turmoil(servers, EXECUTORS) as turmoil:
            working = asyncio.create_task(turmoil.work())
            kills: asyncio.Queue[None] = asyncio.Queue()
            is_over = asyncio.Event()
            # A server that is started while the database does not answer gives up, as it should.
            database = asyncio.Lock()
            killing = asyncio.create_task(keep_killing(servers, kills, is_over, database))
            await asyncio.gather(turmoil.submit(range(PROCESSES // 2)), turmoil.submit_diamonds(range(DIAMONDS // 2)))
            async with database:
                await asyncio.to_thread(cluster.restart)
            for _ in servers:
                killed = asyncio.create_task(kills.get())
                await asyncio.wait({killed, killing}, return_when=asyncio.FIRST_COMPLETED)
                if killing.done():
                    await killing
            await asyncio.gather(
                turmoil.submit(range(PROCESSES // 2, PROCESSES)),
                turmoil.submit_diamonds(range(DIAMONDS // 2, DIAMONDS)),
            )
            await until_done(url, working, killing)
            is_over.set()
            await killing
            await stopped(working)
            notes = turmoil.notes
        assert notes.broken_off > 0
        check(url, notes)
        check_diamonds(url, notes)


def start_servers(stack: ExitStack, directory: Path, url: str) -> list[RunningServer]:
    servers: list[RunningServer] = []
    for name in ("one", "other"):
        (directory / name).mkdir()
        servers.append(stack.enter_context(RunningServer(directory / name, database_url=url)))
    return servers


async def keep_killing(
    servers: Sequence[RunningServer], kills: "asyncio.Queue[None]", is_over: asyncio.Event, database: asyncio.Lock
) -> None:
    """Kill one server after the other and start it again while the database is up, and tell so, until it is over."""
    for server in itertools.cycle(servers):
        await asyncio.sleep(KILL_INTERVAL_SECONDS)
        if is_over.is_set():
            return
        async with database:
            await asyncio.to_thread(server.restart)
        kills.put_nowait(None)


async def until_done(url: str, *tasks: "asyncio.Task[None]") -> None:
    """Return when every process has ended; fail when a task does or when it takes too long."""
    begin = time.monotonic()
    while rows(url, "SELECT 1 FROM process WHERE state IN (0, 1) LIMIT 1"):
        assert time.monotonic() - begin < LONGEST_SECONDS, rows(url, "SELECT state, count(*) FROM process GROUP BY 1")
        for task in tasks:
            if task.done():
                await task
        await asyncio.sleep(0.5)


async def stopped(task: "asyncio.Task[None]") -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def check(url: str, notes: Notes) -> None:
    """Compare what clients were told with what the database holds."""
    assert notes.overlaps == []
    assert set(notes.submitted) == set(range(PROCESSES))
    assert notes.assigned >= PROCESSES
    stored = {row[0]: (row[1], row[2]) for row in rows(url, "SELECT process_id, state, output_json FROM process")}
    for number, process_id in notes.submitted.items():
        assert stored[process_id] == (2, f"[{number}]")
    assert [stored[process_id] for process_id in notes.closed] == [(2, f"[{n}]") for n in notes.closed.values()]
    # Submits that were not answered may have been stored, and were then made again.
    [(alone,)] = rows(url, "SELECT count(*) FROM process WHERE workflow_id IS NULL")
    assert isinstance(alone, int)
    assert PROCESSES <= alone <= PROCESSES + notes.broken_off
    assert rows(url, "SELECT count(*) FROM queue") == [(0,)]
    counted = "SELECT colony_name, state, sum(amount)::bigint FROM counter WHERE kind = 0 GROUP BY 1, 2"
    assert [row for row in rows(url, counted) if row[2]] == rows(
        url, "SELECT colony_name, state, count(*) FROM process GROUP BY 1, 2"
    )


def check_diamonds(url: str, notes: Notes) -> None:
    """Every graph is final and right: each member ended well, and the last got what the two before it gave."""
    assert set(notes.workflows) == set(range(DIAMONDS))
    ended = "SELECT workflow_id, count(*) FROM process WHERE workflow_id IS NOT NULL AND state = 2 GROUP BY 1"
    members = by_first(rows(url, ended))
    states = by_first(rows(url, "SELECT workflow_id, state FROM workflow"))
    last = "SELECT workflow_id, input_json FROM process WHERE workflow_id IS NOT NULL AND children_json = '[]'"
    inputs = by_first(rows(url, last))
    for number, workflow_id in notes.workflows.items():
        assert (states[workflow_id], members[workflow_id]) == (2, 4)
        assert inputs[workflow_id] == f"[{10 * number + 1},{10 * number + 2}]"
    assert {*states.values()} == {2}
    assert rows(url, "SELECT count(*) FROM hold") == [(0,)]


def by_first(pairs: list[tuple[object, ...]]) -> dict[object, object]:
    """The second column by the first."""
    return {pair[0]: pair[1] for pair in pairs}


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    """The rows of a query, asked of the database itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()
