"""The program `colony-executor` on a real server: as operators start it, kill it and start it again."""

import asyncio
import re
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from colonysdk.identity import Identity
from colonysdk.objects import ExecutorState, ProcessState
from tests.integration.executors.program import (
    IMAGE,
    RunningExecutor,
    specification,
    until_final,
    until_logged,
    whole_log,
)
from tests.support.server import ColonyKeys, RunningServer, running_server

COUNT_TO_40 = "for i in $(seq 40); do echo line $i; [ $((i % 10)) -gt 0 ] || echo error $i >&2; sleep 0.1; done"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def colony(server: RunningServer) -> ColonyKeys:
    return server.new_colony()


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "process"])
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestRegistration:
    async def test_registers_itself_once_and_says_that_it_works(self, colony: ColonyKeys, tmp_path: Path) -> None:
        with RunningExecutor(tmp_path, colony, "process") as executor:
            introduction = executor.introduction()
            assert psutil.pid_exists(introduction.pop("pid"))
            assert "plain processes" in introduction.pop("note")
            assert introduction == {"name": "runner", "type": "container-executor", "runtime": "process"}
            key = tmp_path / "state" / "key"
            assert stat.S_IMODE(key.stat().st_mode) == 0o600
            async with colony.client() as client:
                found = await client.executor("runner")
                functions = await client.functions("runner")
                assert found.executor_id == Identity.read(key).id
                assert found.state is ExecutorState.APPROVED
                assert found.capabilities.hardware is not None
                assert found.capabilities.hardware[0].cores >= 1
                assert re.fullmatch(r"[0-9]+Mi", found.capabilities.hardware[0].mem)
                assert [function.func_name for function in functions] == ["execute", "sync"]
                executor.signal(signal.SIGTERM)
                assert await executor.wait() == 0
                assert not executor.ready_file.exists()
                executor.start()
                assert (await client.executor("runner")).executor_id == found.executor_id

    async def test_a_name_that_another_executor_has_is_told_with_what_to_do(
        self, colony: ColonyKeys, tmp_path: Path
    ) -> None:
        executor = RunningExecutor(tmp_path, colony, "process", name=colony.executor_name)
        executor.start(wait=False)
        assert await executor.wait() == 1
        assert f'the name "{colony.executor_name}" cannot be registered' in executor.log
        assert "choose another --name" in executor.log

    async def test_without_the_colony_key_it_says_whom_to_approve_and_waits(
        self, server: RunningServer, colony: ColonyKeys, tmp_path: Path
    ) -> None:
        executor = RunningExecutor(tmp_path, colony, "process", registers_itself=False)
        executor.start(wait=False)
        try:
            await _until_told(executor, "does not know this executor")
            identity = Identity.read(tmp_path / "state" / "key")
            assert identity.id in executor.log
            server.add_executor(colony, identity, "runner", approve=False)
            await _until_told(executor, "waiting until its owner approves it")
            async with colony.client() as client:
                await client.approve_executor("runner")
            await asyncio.to_thread(executor.wait_until_ready)
        finally:
            executor.signal(signal.SIGTERM)
            assert await executor.wait() == 0

    async def test_two_cannot_share_a_state_directory(self, colony: ColonyKeys, tmp_path: Path) -> None:
        with RunningExecutor(tmp_path, colony, "process") as first:
            second = RunningExecutor(tmp_path, colony, "process")
            second.start(wait=False)
            assert await second.wait() == 1
            assert "another executor runs with the state directory" in first.log

    async def test_auto_takes_plain_processes_when_no_daemon_answers(self, colony: ColonyKeys, tmp_path: Path) -> None:
        environment = {"DOCKER_HOST": f"unix://{tmp_path}/no.sock"}
        with RunningExecutor(tmp_path, colony, "auto", environment=environment) as executor:
            assert executor.introduction()["runtime"] == "process"
            assert "no Docker daemon answers" in executor.introduction()["note"]

    @pytest.mark.docker
    async def test_auto_takes_docker_when_a_daemon_answers(self, colony: ColonyKeys, tmp_path: Path) -> None:
        with RunningExecutor(tmp_path, colony, "auto") as executor:
            assert executor.introduction()["runtime"] == "docker"
            assert executor.introduction()["note"].startswith("Docker ")


class TestWork:
    async def test_prints_hello_world_and_nothing_else(self, colony: ColonyKeys, runtime: str, tmp_path: Path) -> None:
        with RunningExecutor(tmp_path, colony, runtime):
            async with colony.client() as client:
                process_id = (await client.submit(specification(colony, "echo", "hello world"))).process_id
                process = await until_final(client, process_id)
                assert process.state is ProcessState.SUCCESS
                assert await whole_log(client, process_id) == "hello world\n"
                attributes = {attribute.key for attribute in process.attributes}
                assert attributes == ({"imagedigest"} if runtime == "docker" else set())
                if runtime == "process":
                    notices = await client.logs(executor_name="runner")
                    assert any("images are ignored" in notice.message for notice in notices)

    async def test_keys_do_not_reach_a_program(self, colony: ColonyKeys, runtime: str, tmp_path: Path) -> None:
        environment = {"COLONIES_PRVKEY": "a" * 64, "AWS_S3_SECRETKEY": "a" * 64, "EXECUTOR_SECRET": "a" * 64}
        with RunningExecutor(tmp_path, colony, runtime, environment=environment):
            async with colony.client() as client:
                process_id = (await client.submit(specification(colony, "env"))).process_id
                await until_final(client, process_id)
                log = await whole_log(client, process_id)
        assert f"COLONIES_PROCESS_ID={process_id}\n" in log
        assert "a" * 64 not in log
        assert not re.search("^(AWS|EXECUTOR)_", log, re.MULTILINE)

    async def test_a_cancelled_program_ends_soon(self, colony: ColonyKeys, runtime: str, tmp_path: Path) -> None:
        script = "trap '' TERM; echo on; while true; do sleep 1; done"
        with RunningExecutor(tmp_path, colony, runtime) as executor:
            async with colony.client() as client:
                process_id = (await client.submit(specification(colony, "sh", "-c", script))).process_id
                await until_logged(client, process_id, "on")
                await client.cancel(process_id)
                cancelled = time.monotonic()
                async with asyncio.timeout(10):
                    while _programs(executor, runtime):
                        await asyncio.sleep(0.05)
                # Two seconds on a quiet machine; the tests of others run beside this one.
                assert time.monotonic() - cancelled < 8
                assert (await client.process(process_id)).state is ProcessState.CANCELLED


class TestSignals:
    async def test_sigterm_finishes_what_runs_and_leaves(
        self, colony: ColonyKeys, runtime: str, tmp_path: Path
    ) -> None:
        with RunningExecutor(tmp_path, colony, runtime) as executor:
            async with colony.client() as client:
                spec = specification(colony, "sh", "-c", "echo on; sleep 1; echo off")
                process_id = (await client.submit(spec)).process_id
                await until_logged(client, process_id, "on")
                executor.signal(signal.SIGTERM)
                assert await executor.wait() == 0
                process = await client.process(process_id)
                assert (process.state, await whole_log(client, process_id)) == (ProcessState.SUCCESS, "on\noff\n")

    async def test_a_second_sigterm_ends_what_runs(self, colony: ColonyKeys, runtime: str, tmp_path: Path) -> None:
        with RunningExecutor(tmp_path, colony, runtime) as executor:
            async with colony.client() as client:
                process_id = (await client.submit(specification(colony, "sh", "-c", "echo on; sleep 60"))).process_id
                await until_logged(client, process_id, "on")
                executor.signal(signal.SIGTERM)
                await _until_told(executor, "draining")
                executor.signal(signal.SIGTERM)
                assert await executor.wait() == 1
                process = await client.process(process_id)
                assert process.errors[0] == "program was ended because the executor was stopped"
                assert not _programs(executor, runtime)


class TestKilled:
    async def test_goes_on_with_what_runs_and_sends_every_line_once(
        self, colony: ColonyKeys, runtime: str, tmp_path: Path
    ) -> None:
        with RunningExecutor(tmp_path, colony, runtime) as executor:
            async with colony.client() as client:
                process_id = (await client.submit(specification(colony, "sh", "-c", COUNT_TO_40))).process_id
                for line in ("line 3\n", "line 12\n", "line 25\n"):
                    await until_logged(client, process_id, line)
                    executor.kill()
                    executor.start()
                process = await until_final(client, process_id)
                lines = (await whole_log(client, process_id)).splitlines()
        assert process.state is ProcessState.SUCCESS
        assert [line for line in lines if line.startswith("line")] == [f"line {number}" for number in range(1, 41)]
        assert [line for line in lines if line.startswith("error")] == [
            f"error {number}" for number in (10, 20, 30, 40)
        ]

    async def test_closes_what_has_ended_meanwhile(self, colony: ColonyKeys, runtime: str, tmp_path: Path) -> None:
        with RunningExecutor(tmp_path, colony, runtime) as executor:
            async with colony.client() as client:
                script = "echo begin; sleep 1; echo end; exit 7"
                process_id = (await client.submit(specification(colony, "sh", "-c", script))).process_id
                await until_logged(client, process_id, "begin")
                executor.kill()
                async with asyncio.timeout(30):
                    while not _has_ended(executor, runtime):
                        await asyncio.sleep(0.05)
                executor.start()
                process = await until_final(client, process_id)
                assert process.errors[0] == "program exited with code 7"
                assert await whole_log(client, process_id) == "begin\nend\ncolony: run: program exited with code 7\n"

    async def test_ends_what_was_cancelled_meanwhile(self, colony: ColonyKeys, runtime: str, tmp_path: Path) -> None:
        with RunningExecutor(tmp_path, colony, runtime) as executor:
            async with colony.client() as client:
                process_id = (await client.submit(specification(colony, "sh", "-c", "echo on; sleep 60"))).process_id
                await until_logged(client, process_id, "on")
                executor.kill()
                await client.cancel(process_id)
                executor.start()
                async with asyncio.timeout(10):
                    while _programs(executor, runtime):
                        await asyncio.sleep(0.05)
                assert (await client.process(process_id)).state is ProcessState.CANCELLED

    @pytest.mark.docker
    async def test_removes_containers_that_belong_to_no_process(self, colony: ColonyKeys, tmp_path: Path) -> None:
        with RunningExecutor(tmp_path, colony, "docker") as executor:
            executor.kill()
            label = f"colony.executor={Identity.read(tmp_path / 'state' / 'key').id}"
            subprocess.run(
                ["docker", "run", "-d", "--label", label, IMAGE, "sleep", "300"], check=True, capture_output=True
            )
            executor.start()
            assert not _programs(executor, "docker")

    async def test_the_server_may_be_killed_while_a_program_runs(
        self, server: RunningServer, colony: ColonyKeys, runtime: str, tmp_path: Path
    ) -> None:
        with RunningExecutor(tmp_path, colony, runtime) as executor:
            async with colony.client() as client:
                process_id = (await client.submit(specification(colony, "sh", "-c", COUNT_TO_40))).process_id
                await until_logged(client, process_id, "line 5\n")
                server.kill()
                await _until_told(executor, "the server is away")
                server.start()
                process = await until_final(client, process_id)
                lines = (await whole_log(client, process_id)).splitlines()
        assert process.state is ProcessState.SUCCESS
        assert [line for line in lines if line.startswith("line")] == [f"line {number}" for number in range(1, 41)]


@pytest.mark.slow
class TestMany:
    @pytest.mark.parametrize(
        ("runtime", "count"), [pytest.param("docker", 200, marks=pytest.mark.docker), ("process", 1000)]
    )
    @pytest.mark.timeout(400)
    async def test_all_run_once(self, colony: ColonyKeys, runtime: str, count: int, tmp_path: Path) -> None:
        async with colony.client() as client:
            turns = asyncio.Semaphore(16)

            async def submit() -> str:
                async with turns:
                    return (await client.submit(specification(colony, "echo", "{processid}"))).process_id

            ids = await asyncio.gather(*(submit() for _ in range(count)))
            with RunningExecutor(tmp_path, colony, runtime) as executor:
                async with asyncio.timeout(350):
                    while (await client.statistics()).successful_processes < count:
                        await asyncio.sleep(0.5)
                for process_id in ids:
                    assert await whole_log(client, process_id) == f"{process_id}\n"
                assert not _programs(executor, runtime)


def _has_ended(executor: RunningExecutor, runtime: str) -> bool:
    """Whether the one program of this executor has ended, while its exit code still waits for somebody."""
    state = executor.directory / "state"
    if runtime == "process":
        return bool(list((state / "processes").glob("*.exit")))
    label = f"label=colony.executor={Identity.read(state / 'key').id}"
    listing = subprocess.run(["docker", "ps", "-q", "--filter", label], check=True, capture_output=True, text=True)
    return not listing.stdout


def _programs(executor: RunningExecutor, runtime: str) -> list[str]:
    """What is left of programs that this executor started."""
    state = executor.directory / "state"
    if runtime == "process":
        return [path.name for path in (state / "processes").iterdir()]
    label = f"label=colony.executor={Identity.read(state / 'key').id}"
    listing = subprocess.run(["docker", "ps", "-aq", "--filter", label], check=True, capture_output=True, text=True)
    return listing.stdout.split()


async def _until_told(executor: RunningExecutor, text: str) -> None:
    async with asyncio.timeout(20):
        while text not in executor.log:
            await asyncio.sleep(0.05)
