"""Programs that write more than anybody reads: the executor stays small, and the log is right as far as it goes."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from colonysdk.objects import ProcessState
from tests.integration.executors.program import RunningExecutor, specification, until_final, until_logged, whole_log
from tests.support.server import RunningServer, running_server

MIB = 2**20
LINES = 200_000
"""Of a hundred bytes each."""
ROOM = 40 * MIB
"""By how much an executor may grow: its buffers, and what Python does not give back. 2 to 4 MiB were seen."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def sparing_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One that keeps one mebibyte of each log."""
    with running_server(tmp_path_factory.mktemp("sparing"), COLONIES_SERVER_PROCESS_LOG_SIZE=str(MIB)) as running:
        yield running


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "process"])
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Memory:
    """The largest resident size of an executor within the block, in bytes above what it was at the start."""

    def __init__(self, executor: RunningExecutor) -> None:
        self._process = psutil.Process(executor.introduction()["pid"])
        self.growth = 0

    async def __aenter__(self) -> "Memory":
        self._first = self._process.memory_info().rss
        self._task = asyncio.create_task(self._sample())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._task.cancel()

    async def _sample(self) -> None:
        while True:
            self.growth = max(self.growth, self._process.memory_info().rss - self._first)
            await asyncio.sleep(0.1)


def lines(count: int) -> str:
    return f'BEGIN {{ for (i = 1; i <= {count}; i++) printf "%09d %090d\\n", i, 0 }}'


def expected(count: int) -> str:
    return "".join(f"{number:09} {0:090}\n" for number in range(1, count + 1))


async def test_twenty_megabytes_arrive_whole_and_the_executor_stays_small(
    server: RunningServer, runtime: str, tmp_path: Path
) -> None:
    colony = server.new_colony()
    with RunningExecutor(tmp_path, colony, runtime) as executor:
        async with colony.client() as client, Memory(executor) as memory:
            spec = specification(colony, "awk", lines(LINES), conditions={"mem": "256Mi"})
            process_id = (await client.submit(spec)).process_id
            process = await until_final(client, process_id, 120)
            log = await whole_log(client, process_id)
    assert (process.state, process.errors) == (ProcessState.SUCCESS, [])
    assert log == expected(LINES)
    assert memory.growth < ROOM


async def test_a_server_that_takes_no_more_holds_nothing_up(
    sparing_server: RunningServer, runtime: str, tmp_path: Path
) -> None:
    colony = sparing_server.new_colony()
    with RunningExecutor(tmp_path, colony, runtime) as executor:
        async with colony.client() as client, Memory(executor) as memory:
            spec = specification(colony, "sh", "-c", f"awk '{lines(LINES)}'; exit 3")
            process_id = (await client.submit(spec)).process_id
            process = await until_final(client, process_id, 60)
            log = await whole_log(client, process_id)
    assert process.errors[0] == "program exited with code 3"
    text, _, note = log.partition("\n[the log ends here: ")
    assert expected(LINES).startswith(text)
    assert len(text) > MIB // 2
    assert note.endswith("]\n")
    assert memory.growth < ROOM


async def test_what_is_beyond_the_executors_limit_is_left_out(
    server: RunningServer, runtime: str, tmp_path: Path
) -> None:
    colony = server.new_colony()
    with RunningExecutor(tmp_path, colony, runtime, environment={"EXECUTOR_LOG_LIMIT": "1Mi"}):
        async with colony.client() as client:
            spec = specification(colony, "sh", "-c", f"awk '{lines(LINES)}'; exit 3")
            process_id = (await client.submit(spec)).process_id
            process = await until_final(client, process_id, 60)
            log = await whole_log(client, process_id)
    assert process.errors[0] == "program exited with code 3"
    first, _, rest = log.partition("colony: run: ")
    assert len(first) < 2 * MIB
    numbers = [int(line[:9]) for line in first.splitlines() if line[:9].isdecimal()]
    assert set(numbers) <= set(range(1, LINES + 1))
    if runtime == "process":  # the engine gives up what nobody has read yet, and repeats some of what is being read
        assert numbers[:1000] == [*range(1, 1001)]
        assert numbers == sorted(numbers)
    assert rest.endswith("colony: run: program exited with code 3\n")
    assert "left out" in rest


async def test_a_flood_can_be_cancelled(server: RunningServer, runtime: str, tmp_path: Path) -> None:
    colony = server.new_colony()
    with RunningExecutor(tmp_path, colony, runtime, environment={"EXECUTOR_LOG_LIMIT": "200Mi"}) as executor:
        async with colony.client() as client, Memory(executor) as memory:
            spec = specification(colony, "yes", "a line that comes again and again and again", kwargs={})
            process_id = (await client.submit(spec)).process_id
            await until_logged(client, process_id, "a line")
            await asyncio.sleep(2)
            await client.cancel(process_id)
            cancelled = time.monotonic()
            # The next process runs at once, and nothing of this one is left.
            after = (await client.submit(specification(colony, "echo", "after"))).process_id
            assert (await until_final(client, after, 20)).state is ProcessState.SUCCESS
            async with asyncio.timeout(20):
                while [*(tmp_path / "state" / "processes").glob("*.stdout")]:
                    await asyncio.sleep(0.05)
            assert time.monotonic() - cancelled < 15
            assert (await client.process(process_id)).state is ProcessState.CANCELLED
    assert memory.growth < ROOM


@pytest.mark.timeout(900)
@pytest.mark.nightly
async def test_a_gigabyte_in_ten_seconds(server: RunningServer, runtime: str, tmp_path: Path) -> None:
    colony = server.new_colony()
    count = 10_000_000
    with RunningExecutor(tmp_path, colony, runtime) as executor:
        async with colony.client() as client, Memory(executor) as memory:
            process_id = (await client.submit(specification(colony, "awk", lines(count)))).process_id
            process = await until_final(client, process_id, 800)
            log = await whole_log(client, process_id)
    assert (process.state, process.errors) == (ProcessState.SUCCESS, [])
    text, _, note = log.partition("\n[the log ends here: ")
    assert note
    numbers = [int(line[:9]) for line in text.splitlines() if len(line) == 100]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert len(text) > 200 * MIB
    assert memory.growth < ROOM
