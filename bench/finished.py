"""A colony with a million finished processes: how long its lists take, and what the removal of half of them costs.

The rows are put into the database before the server starts. `--processes N` sets how many, `--database` which database.
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bench import requests
from bench.load import Connection as HttpConnection
from bench.load import LoadClient
from bench.measure import cpu_seconds, percentile
from colonysdk import messages
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import Conditions, FunctionSpec, ProcessState, Statistics
from colonyserver.services.submission import new_process_id
from colonyserver.storage.backend import backend_for
from colonyserver.storage.counters import count_changes
from colonyserver.storage.driver import driver_of, execute_rows
from tests.support.postgresql import running_cluster
from tests.support.server import ColonyKeys, RunningServer

ROWS = 10_000
SAMPLES = 100
DAY_SECONDS = 86_400
NANOSECONDS = 10**9
KEPT_DAYS = 7
SPREAD_DAYS = 14
LABELS = 200
FILE_LABELS = 1_000
FUNCTIONS = 20
EXECUTORS = 4
QUIET_SECONDS = 10
COLUMNS = (
    "process_id, colony_name, state, rank, executor_type, initiator_name, initiator_id, label, func_name, "
    "location_name, executor_id, executor_name, is_assigned, priority_time, submitted_at, started_at, ended_at, "
    "retries, max_wait_time, max_exec_time, max_retries, cpu, mem, shape_ids_json, attribute_count, "
    "wait_for_parents, node_name, parents_json, children_json, spec_json, input_json, output_json, errors_json"
)


class Bench:
    """One server over a database that was filled."""

    def __init__(self, server: RunningServer, url: str, processes: int) -> None:
        self._server = server
        self._url = url
        self._processes = processes
        self._done = 0
        self._colony = server.new_colony()
        self._executors = [Identity.generate() for _ in range(EXECUTORS)]
        for number, identity in enumerate(self._executors):
            server.add_executor(self._colony, identity, f"bench-{number}")

    async def run(self) -> None:
        """Fill, list, then work while half of the processes are removed."""
        self._server.stop()
        begin = time.perf_counter()
        _fill(self._url, self._colony, self._processes)
        print(f"{self._processes:,} processes put in within {time.perf_counter() - begin:.0f} s")
        self._server.start()
        async with LoadClient([self._server.url], 1) as client:
            await client.wait_until_up()
            await self._lists(client.connections[0])
        await self._work_for("assign + close, nothing else", QUIET_SECONDS)
        self._server.stop()
        self._server.environment = {
            "COLONIES_RETENTION": "true",
            "COLONIES_RETENTION_POLICY": str(KEPT_DAYS * DAY_SECONDS),
        }
        self._server.start()
        begin = time.perf_counter()
        await self._work_for("assign + close, during retention", until=self._processes * KEPT_DAYS // SPREAD_DAYS)
        print(f"retention took {time.perf_counter() - begin:.0f} s, left {self._finished():,} old processes")

    async def _lists(self, connection: HttpConnection) -> None:
        print(f"{'':34}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}")
        for name, message, identity in _questions(self._colony, self._server.server_owner):
            body = requests.request(message, identity)
            seconds = []
            before = cpu_seconds(self._server.pid)
            for _ in range(SAMPLES):
                begin = time.perf_counter()
                status, answer = await connection.post(body)
                seconds.append(time.perf_counter() - begin)
                if status != 200:
                    raise RuntimeError(f"{name}: status {status} {answer[:200]!r}")
            cpu = (cpu_seconds(self._server.pid) - before) / SAMPLES
            p50, p99 = percentile(seconds, 0.5) * 1e3, percentile(seconds, 0.99) * 1e3
            print(f"  {name:32}{p50:>9.1f}{p99:>9.1f}{cpu * 1e3:>9.1f}")

    async def _work_for(self, name: str, seconds: float = 3600, until: int = 0) -> None:
        """Submit, assign and close for a time, or until no more than so many old processes are left."""
        taken: list[float] = []
        is_over = asyncio.Event()

        async def work(connection: HttpConnection, executor: Identity) -> None:
            submission = requests.submits(self._colony, 1)[0]
            ask = requests.assign(self._colony, executor)
            while not is_over.is_set():
                await connection.post(submission)
                begin = time.perf_counter()
                status, answer = await connection.post(ask)
                taken.append(time.perf_counter() - begin)
                if status != 200:
                    raise RuntimeError(f"assign: status {status} {answer[:200]!r}")
                self._done += 1
                await connection.post(requests.close(requests.process_in(answer).process_id, executor))

        async with LoadClient([self._server.url], EXECUTORS) as client:
            await client.wait_until_up()
            workers = [
                asyncio.create_task(work(*pair)) for pair in zip(client.connections, self._executors, strict=True)
            ]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while not until or await asyncio.to_thread(self._finished) > until:
                        await asyncio.sleep(1)
            is_over.set()
            await asyncio.gather(*workers)
        print(
            f"{name}: {len(taken)} assigns, p50 {percentile(taken, 0.5) * 1e3:.1f} ms, "
            f"p99 {percentile(taken, 0.99) * 1e3:.1f} ms, longest {max(taken) * 1e3:.0f} ms"
        )

    def _finished(self) -> int:
        """How many processes of those that were put in are left."""
        counts: Statistics = self._server.send(
            messages.GetColonyStatistics(colony_name=self._colony.name), self._colony.user
        )
        return counts.failed_processes + counts.cancelled_processes + counts.successful_processes - self._done


def _questions(colony: ColonyKeys, owner: Identity) -> Iterator[tuple[str, Message[Any], Identity]]:
    name, user = colony.name, colony.user
    page: dict[str, Any] = {"colony_name": name, "count": 100}
    yield "list 100 successful", messages.GetProcesses(**page, state=2), user
    yield "list 100 failed", messages.GetProcesses(**page, state=3), user
    yield "… of an executor type", messages.GetProcesses(**page, state=2, executor_type=colony.executor_type), user
    yield "… of a label", messages.GetProcesses(**page, state=2, label="label-7"), user
    yield "… of an initiator", messages.GetProcesses(**page, state=2, initiator=colony.user_name), user
    yield "query 100, newest first", messages.QueryProcesses(**page, states=[2, 3, 4]), user
    yield (
        "query 100 of a function, oldest",
        messages.QueryProcesses(**page, func_name="function-3", order="oldest"),
        user,
    )
    yield "statistics of the colony", messages.GetColonyStatistics(colony_name=name), user
    yield "statistics of the server", messages.GetStatistics(), owner
    yield f"all {FILE_LABELS:,} file labels", messages.GetFileLabels(colony_name=name), user
    yield "file labels below one", messages.GetFileLabels(colony_name=name, name="/label/7", exact=True), user


def _fill(url: str, colony: ColonyKeys, processes: int) -> None:
    engine = backend_for(url).writing_engine()
    spec = (
        FunctionSpec(
            func_name="execute",
            kwargs={"cmd": "echo", "args": ["hello"], "docker-image": "busybox:latest"},
            conditions=Conditions(colony_name=colony.name, executor_type=colony.executor_type),
        )
        .to_json()
        .decode()
    )
    with engine.connect() as connection:
        for start in range(0, processes, ROWS):
            driver = driver_of(connection)
            driver.begin(alone=True)
            _insert(
                connection,
                [_row(colony, spec, number, processes) for number in range(start, min(start + ROWS, processes))],
            )
            driver.commit()
        driver_of(connection).begin(alone=True)
        labels = [(colony.name, f"/label/{number}", 100, 100) for number in range(FILE_LABELS)]
        execute_rows(
            connection,
            "INSERT INTO label (colony_name, name, files, names) VALUES {rows}",
            labels,
            types="text text bigint bigint",
        )
        driver_of(connection).commit()
    engine.dispose()


def _insert(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    execute_rows(connection, f"INSERT INTO process ({COLUMNS}) VALUES {{rows}}", rows)
    count_changes(connection, [(row[1], None, row[2]) for row in rows])


def _row(colony: ColonyKeys, spec_json: str, number: int, processes: int) -> tuple[Any, ...]:
    """The process that ended as the `number`-th of all, evenly over two weeks, some of them failed or cancelled."""
    age = SPREAD_DAYS * DAY_SECONDS * NANOSECONDS * (processes - number) // processes
    ended_at = time.time_ns() - age
    submitted_at = ended_at - 60 * NANOSECONDS
    state = {0: ProcessState.FAILED, 1: ProcessState.CANCELLED}.get(number % 20, ProcessState.SUCCESS)
    who = (colony.executor_type, colony.user_name, colony.user.id, f"label-{number % LABELS}")
    what = (f"function-{number % FUNCTIONS}", "", colony.executor.id, colony.executor_name, True)
    times = (submitted_at, submitted_at, submitted_at + NANOSECONDS, ended_at)
    limits = (0, -1, -1, 0, 500, 64 * 2**20)
    rest = ("[]", 0, False, "", "[]", "[]", spec_json, "[]", '["done"]', "[]")
    return (new_process_id(submitted_at), colony.name, int(state), ended_at, *who, *what, *times, *limits, *rest)


async def _main(database: str, processes: int) -> None:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="colony-bench-")))
        cluster = stack.enter_context(running_cluster(is_durable=True)) if database == "postgresql" else None
        url = stack.enter_context(cluster.database()) if cluster else f"sqlite:///{directory / 'colony.db'}"
        server = stack.enter_context(RunningServer(directory, database_url=url))
        await Bench(server, url, processes).run()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=1_000_000, help="finished processes (default 1,000,000)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    arguments = parser.parse_args()
    asyncio.run(_main(arguments.database, arguments.processes))
