"""Speed and memory of the server: submit, assign and close, logs, long polls, with an empty and a full queue.

Each row gives the rate, the server's CPU per operation, and how that compares with the cheapest possible signed call
on this machine at this moment. `--waiting N` sets the size of the full queue. `--database postgresql` runs on a
PostgreSQL of its own, whose CPU per operation stands in the last column. `--servers 2` spreads the connections over two
servers on it: CPU is then that of both, and the long poll is parked at one server while the other gets the submit.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from bench import requests
from bench.calibration import Calibration, calibrate
from bench.load import Connection, LoadClient
from bench.measure import cpu_seconds, family_cpu_seconds, percentile, resident_mib
from colonysdk import messages
from colonysdk.identity import Identity
from tests.support.postgresql import Cluster, running_cluster
from tests.support.server import ColonyKeys, RunningServer

CONNECTIONS = 16
EXECUTORS = 8
MANY = 64
"""So many connections, and executors, where the load is higher."""

OPERATIONS = 4_000
POLLS = 200
PARKED = 200
IDLE_SECONDS = 10
CHUNK = 2_000


class Bench:
    """Servers over one database, one colony, and the rows of the table."""

    def __init__(self, servers: Sequence[RunningServer], cluster: Cluster | None, calibration: Calibration) -> None:
        self.servers = servers
        self.cluster = cluster
        self.calibration = calibration
        self.colony: ColonyKeys = servers[0].new_colony()
        self.executors = [Identity.generate() for _ in range(MANY)]
        for number, identity in enumerate(self.executors):
            servers[0].add_executor(self.colony, identity, f"bench-{number}")

    async def run(self, waiting: int) -> None:
        """Measure everything with an empty queue, then with `waiting` processes that nobody can take."""
        print(
            f"{'':30}{'rate/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'CPU us':>9}{'of ceiling':>12}{'per recovery/s':>16}"
            f"{'database us':>13}"
        )
        async with LoadClient(self._urls, MANY) as client:
            await client.wait_until_up()
            await self._all(client, "empty queue")
            await self._fill(client, waiting)
            await self._all(client, f"{waiting:,} waiting")
        await self._idle(waiting)

    async def _all(self, client: LoadClient, title: str) -> None:
        print(title)
        for connections, executors in ((CONNECTIONS, EXECUTORS), (MANY, MANY)):
            await self._submit_and_drain(client, connections, executors)
        await self._logs(client)
        await self._long_poll(client)
        await self._listing(client)

    async def _submit_and_drain(self, client: LoadClient, connections: int, executors: int) -> None:
        bodies = requests.submits(self.colony, OPERATIONS)
        await self._row(f"submit, {connections} connections", OPERATIONS, lambda: client.post_all(bodies, connections))
        await self._row(
            f"assign + close, {executors} executors", 2 * OPERATIONS, lambda: self._drain(client, executors)
        )

    async def _row(self, name: str, operations: int, work: Callable[[], Awaitable[Sequence[float]]]) -> None:
        before, begin = self._server_seconds(), time.perf_counter()
        database_before = self._database_seconds()
        seconds = await work()
        database_cost = (self._database_seconds() - database_before) / operations * 1e6
        elapsed, cpu = time.perf_counter() - begin, self._server_seconds() - before
        cost = cpu / operations * 1e6
        p50, p99 = percentile(seconds, 0.5) * 1e3, percentile(seconds, 0.99) * 1e3
        share = self.calibration.ceiling_us / cost if cost else 0
        ratio = operations / elapsed / self.calibration.recoveries_per_second
        print(
            f"  {name:28}{operations / elapsed:>10,.0f}{p50:>9.1f}{p99:>9.1f}{cost:>9.0f}{share:>12.2f}{ratio:>16.3f}"
            f"{database_cost:>13.0f}"
        )

    @property
    def _urls(self) -> list[str]:
        return [server.url for server in self.servers]

    def _server_seconds(self) -> float:
        """CPU of the servers so far."""
        return sum(cpu_seconds(server.pid) for server in self.servers)

    def _database_seconds(self) -> float:
        """CPU of PostgreSQL so far; SQLite's is in the server's."""
        return family_cpu_seconds(self.cluster.pid) if self.cluster else 0.0

    async def _drain(self, client: LoadClient, executors: int) -> list[float]:
        seconds: list[float] = []
        remaining = iter(range(OPERATIONS))

        async def work(connection: Connection, executor: Identity) -> None:
            ask = requests.assign(self.colony, executor)
            for _ in remaining:
                begin = time.perf_counter()
                status, answer = await connection.post(ask)
                seconds.append(time.perf_counter() - begin)
                if status != 200:
                    raise RuntimeError(f"assign: status {status}")
                status, answer = await connection.post(requests.close(requests.process_in(answer).process_id, executor))
                if status != 200:
                    raise RuntimeError(f"close: status {status} {answer!r}")

        await asyncio.gather(
            *(work(client.connections[i], executor) for i, executor in enumerate(self.executors[:executors]))
        )
        return seconds

    async def _logs(self, client: LoadClient) -> None:
        executor = self.executors[0]
        await client.connections[0].post(requests.submits(self.colony, 1)[0])
        _, answer = await client.connections[0].post(requests.assign(self.colony, executor))
        process_id = requests.process_in(answer).process_id
        bodies = requests.add_logs(process_id, executor, OPERATIONS)
        await self._row("append a log line, 16 conn.", OPERATIONS, lambda: client.post_all(bodies, CONNECTIONS))
        read = messages.GetLogs(colony_name=self.colony.name, process_id=process_id, count=500)
        page = requests.request(read, self.colony.user)
        await self._row("read 500 log lines", 40, lambda: _one_by_one(client.connections[0], [page] * 40))
        await client.connections[0].post(requests.close(process_id, executor))

    async def _long_poll(self, client: LoadClient) -> None:
        executor, (parked, caller) = self.executors[0], client.connections[:2]
        ask, bodies = requests.assign(self.colony, executor), requests.submits(self.colony, POLLS)

        async def poll() -> list[float]:
            seconds = []
            for body in bodies:
                assignment = asyncio.ensure_future(parked.post(ask))
                await asyncio.sleep(0.01)
                begin = time.perf_counter()
                submission = asyncio.ensure_future(caller.post(body))
                _, answer = await assignment
                seconds.append(time.perf_counter() - begin)
                await submission
                await caller.post(requests.close(requests.process_in(answer).process_id, executor))
            return seconds

        await self._row("idle long poll, to assigned", POLLS * 3, poll)

    async def _listing(self, client: LoadClient) -> None:
        listing = messages.GetProcesses(colony_name=self.colony.name, count=100, state=2)
        body = requests.request(listing, self.colony.user)
        await self._row("list 100 successful", 100, lambda: _one_by_one(client.connections[0], [body] * 100))
        body = requests.request(messages.GetColonyStatistics(colony_name=self.colony.name), self.colony.user)
        await self._row("statistics", 100, lambda: _one_by_one(client.connections[0], [body] * 100))

    async def _fill(self, client: LoadClient, waiting: int) -> None:
        bodies = requests.backlog(self.colony, waiting)
        while chunk := list(islice(bodies, CHUNK)):
            await client.post_all(chunk)

    async def _idle(self, waiting: int) -> None:
        async with LoadClient(self._urls, PARKED) as client:
            await client.wait_until_up()
            ask = requests.assign(self.colony, self.executors[0], timeout=IDLE_SECONDS + 20)
            polls = [asyncio.ensure_future(connection.post(ask)) for connection in client.connections]
            await asyncio.sleep(2)
            before = self._server_seconds()
            await asyncio.sleep(IDLE_SECONDS)
            share = (self._server_seconds() - before) / IDLE_SECONDS
            print(f"idle with {waiting:,} waiting and {PARKED} parked polls: {share:.1%} of a core")
            print(f"resident memory: {sum(resident_mib(server.pid) for server in self.servers):.0f} MiB")
            for poll in polls:
                poll.cancel()
            await asyncio.gather(*polls, return_exceptions=True)


async def _one_by_one(connection: Connection, bodies: Sequence[bytes]) -> list[float]:
    seconds = []
    for body in bodies:
        begin = time.perf_counter()
        status, _ = await connection.post(body)
        seconds.append(time.perf_counter() - begin)
        if status != 200:
            raise RuntimeError(f"status {status}")
    return seconds


async def _main(database: str, waiting: int, server_count: int) -> None:
    calibration = await calibrate()
    print(calibration)
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="colony-bench-")))
        cluster = stack.enter_context(running_cluster(is_durable=True)) if database == "postgresql" else None
        url = stack.enter_context(cluster.database()) if cluster else ""
        servers = [_start(stack, directory / f"server-{number}", url) for number in range(server_count)]
        await Bench(servers, cluster, calibration).run(waiting)


def _start(stack: ExitStack, directory: Path, url: str) -> RunningServer:
    directory.mkdir()
    return stack.enter_context(RunningServer(directory, database_url=url))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=100_000, help="processes in the full queue (default 100,000)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--servers", type=int, default=1, help="servers over one PostgreSQL (default 1)")
    arguments = parser.parse_args()
    if arguments.servers > 1 and arguments.database != "postgresql":
        parser.error("--servers: several servers need --database postgresql")
    asyncio.run(_main(arguments.database, arguments.waiting, arguments.servers))
