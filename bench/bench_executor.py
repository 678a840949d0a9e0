"""How long a user waits for an executor: from a submit to the running program, from a cancel or a deadline to its end.

The programs are looked for among the machine's processes, so what is told here is what happened. A promise: within 2 s.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil

from bench.measure import percentile
from colonysdk.client import ColonyClient
from colonysdk.objects import Conditions, FunctionSpec
from tests.integration.executors.program import RunningExecutor
from tests.support.server import ColonyKeys, RunningServer

LOOK_SECONDS = 0.01
DEADLINE_SECONDS = 3
LONGEST_SECONDS = 30.0


class Bench:
    """One colony with one executor; every program has a length of its own, by which it is found."""

    def __init__(self, colony: ColonyKeys, client: ColonyClient, rounds: int) -> None:
        self._colony = colony
        self._client = client
        self._rounds = rounds
        self._length = 36_000

    async def run(self) -> None:
        """Print a row for each measurement."""
        await self._row("submit to running program", self._start)
        await self._row("cancel to ended program", self._cancel)
        await self._row("deadline to ended program", self._expire)

    async def _row(self, name: str, measure: Callable[[], Awaitable[float]]) -> None:
        seconds = [await measure() for _ in range(self._rounds)]
        print(f"  {name:28}{percentile(seconds, 0.5):>9.2f}{max(seconds):>9.2f}")

    async def _start(self) -> float:
        begin = time.time()
        process_id, length = await self._submit()
        await _until(length, running=True)
        seconds = time.time() - begin
        await self._client.cancel(process_id)
        await _until(length, running=False)
        return seconds

    async def _cancel(self) -> float:
        process_id, length = await self._submit()
        await _until(length, running=True)
        begin = time.time()
        await self._client.cancel(process_id)
        await _until(length, running=False)
        return time.time() - begin

    async def _expire(self) -> float:
        process_id, length = await self._submit(max_exec_time=DEADLINE_SECONDS)
        await _until(length, running=True)
        deadline = (await self._client.process(process_id)).exec_deadline
        if deadline is None:
            raise RuntimeError("the process has no deadline")
        await _until(length, running=False)
        return time.time() - deadline.timestamp()

    async def _submit(self, max_exec_time: int = -1) -> tuple[str, int]:
        self._length += 1
        specification = FunctionSpec(
            func_name="execute",
            max_exec_time=max_exec_time,
            max_wait_time=-1,
            kwargs={"cmd": "sleep", "args": [f"{self._length}"], "docker-image": "busybox:latest"},
            conditions=Conditions(colony_name=self._colony.name, executor_type=self._colony.executor_type),
        )
        return (await self._client.submit(specification)).process_id, self._length


async def _until(length: int, *, running: bool) -> None:
    ends = time.monotonic() + LONGEST_SECONDS
    while _runs(length) != running:
        if time.monotonic() > ends:
            raise RuntimeError(f"the program is {'not ' if running else 'still '}there after {LONGEST_SECONDS:.0f} s")
        await asyncio.sleep(LOOK_SECONDS)


def _runs(length: int) -> bool:
    found = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return any(command[-1:] == [str(length)] and Path(command[0]).name == "sleep" for command in found)


async def _main(runtimes: list[str], rounds: int) -> None:
    print(f"{'':30}{'p50 s':>9}{'max s':>9}")
    for runtime in runtimes:
        with tempfile.TemporaryDirectory(prefix="colony-bench-") as name:
            directory = Path(name)
            with RunningServer(directory) as server:
                colony = server.new_colony()
                print(runtime)
                with RunningExecutor(directory, colony, runtime):
                    async with colony.client() as client:
                        await Bench(colony, client, rounds).run()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runtime", choices=("process", "docker"), help="only this runtime (default both)")
    parser.add_argument("--rounds", type=int, default=10, help="how often each is measured (default 10)")
    arguments = parser.parse_args()
    asyncio.run(_main([arguments.runtime] if arguments.runtime else ["process", "docker"], arguments.rounds))
