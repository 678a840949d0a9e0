"""What only containers have: entrypoints, limits of the engine, and a log that it keeps."""

import asyncio
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from colonyexecutors.errors import OutputUnreadable, RuntimeUnavailable, StartFailed
from colonyexecutors.runtimes.base import Handle, Stream, Workload
from colonyexecutors.runtimes.docker import DockerRuntime
from tests.integration.executors.conftest import IMAGE, RuntimeKit

pytestmark = pytest.mark.docker

MIB = 2**20


@pytest.fixture
def kit(docker_kit: RuntimeKit) -> RuntimeKit:
    return docker_kit


def inspect(handle: Handle) -> dict[str, Any]:
    answer = subprocess.run(["docker", "inspect", handle.id], check=True, capture_output=True)
    return dict(json.loads(answer.stdout)[0])


class TestCommands:
    async def test_an_entrypoint_gets_the_arguments_as_docker_run_gives_them(
        self, kit: RuntimeKit, build_image: Callable[..., str]
    ) -> None:
        image = build_image(f"FROM {IMAGE}", 'ENTRYPOINT ["echo", "entry"]')
        _, stdout, _ = await kit.run("a b", "c", image=image)
        assert stdout == "entry a b c\n"

    async def test_a_shell_that_was_asked_for_replaces_it(
        self, kit: RuntimeKit, build_image: Callable[..., str]
    ) -> None:
        image = build_image(f"FROM {IMAGE}", 'ENTRYPOINT ["echo", "entry"]', 'CMD ["default"]')
        _, stdout, _ = await kit.run("sh", "-c", "echo from the shell", image=image, replace_entrypoint=True)
        assert stdout == "from the shell\n"

    async def test_an_image_that_holds_one_program_and_no_shell(
        self, kit: RuntimeKit, build_image: Callable[..., str]
    ) -> None:
        image = build_image("FROM scratch", f"COPY --from={IMAGE} /bin/busybox /busybox")
        _, stdout, stderr = await kit.run("/busybox", "echo", "alone", image=image)
        assert (stdout, stderr) == ("alone\n", "")
        with pytest.raises(StartFailed) as failure:
            await kit.run("sh", image=image)
        assert failure.value.code == "command_not_found"

    async def test_the_images_user_and_directory(self, kit: RuntimeKit, build_image: Callable[..., str]) -> None:
        image = build_image(f"FROM {IMAGE}", "WORKDIR /somewhere", "USER 1234")
        _, stdout, _ = await kit.run("sh", "-c", "pwd; id -u", image=image)
        assert stdout == "/somewhere\n1234\n"

    async def test_what_looks_like_the_init_process_is_kept_when_the_program_wrote_it(self, kit: RuntimeKit) -> None:
        line = "[FATAL tini (7)] exec nope failed: No such file or directory"
        ended, stdout, stderr = await kit.run("sh", "-c", 'echo "$0" >&2; echo more', line)
        assert (ended.code, stdout, stderr) == (0, "more\n", f"{line}\n")


class TestLimits:
    async def test_are_what_was_asked(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sleep", "60", cpu_milli=500, memory_bytes=64 * MIB, pids=100)
        host = inspect(handle)["HostConfig"]
        assert host["NanoCpus"] == 500_000_000
        assert (host["Memory"], host["MemorySwap"]) == (64 * MIB, 64 * MIB)
        assert host["PidsLimit"] == 100
        assert host["ShmSize"] == 64 * MIB
        assert host["Init"] is True
        assert host["LogConfig"]["Type"] == "json-file"
        assert host["LogConfig"]["Config"]["max-file"] == "1"
        assert handle.notes == ()

    async def test_are_adapted_to_what_the_engine_can_do(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sleep", "60", cpu_milli=10_000_000, memory_bytes=1 * MIB)
        host = inspect(handle)["HostConfig"]
        assert host["NanoCpus"] == (await kit.runtime.capacity()).cpu_milli * 10**6
        assert host["Memory"] == 6 * MIB
        assert len(handle.notes) == 2

    async def test_a_child_over_the_limit_is_told_apart_from_the_program(self, kit: RuntimeKit) -> None:
        script = "dd if=/dev/zero of=/dev/null bs=200M count=100 2>/dev/null; echo survived"
        ended, stdout, _ = await kit.run("sh", "-c", script, memory_bytes=32 * MIB)
        assert (ended.code, ended.out_of_memory) == (0, True)
        assert stdout.endswith("survived\n")

    async def test_labels_tell_people_and_the_executor_whose_it_is(self) -> None:
        owner = uuid4().hex
        runtime = DockerRuntime(owner, {"colony.name": "dev"})
        await runtime.open()
        handle = await runtime.create(Workload("f" * 64, "a1", ("true",), image=IMAGE))
        labels = inspect(handle)["Config"]["Labels"]
        await runtime.remove(handle)
        await runtime.close()
        assert labels == {
            "colony.name": "dev",
            "colony.executor": owner,
            "colony.process": "f" * 64,
            "colony.attempt": "a1",
            "colony.rank": "0",
            "colony.copies": "1",
        }


class TestLife:
    async def test_a_leftover_of_the_same_attempt_is_replaced(self, kit: RuntimeKit) -> None:
        workload = Workload(uuid4().hex * 2, "1", ("true",), image=IMAGE)
        first = await kit.runtime.create(workload)
        second = await kit.runtime.create(workload)
        assert [handle.id for handle, _ in await kit.runtime.find()] == [second.id]
        assert first.id != second.id

    async def test_a_container_that_was_removed_from_outside_is_lost(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sleep", "60")
        subprocess.run(["docker", "rm", "-f", handle.id], check=True, capture_output=True)
        async with asyncio.timeout(20):
            ended = await kit.runtime.wait(handle)
        assert ended.lost

    async def test_an_engine_that_does_not_answer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
        runtime = DockerRuntime("owner")
        with pytest.raises(RuntimeUnavailable, match="no Docker daemon answers at unix"):
            await runtime.open()
        await runtime.close()


class TestLog:
    async def test_many_lines_in_order_from_any_position(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "seq 20000; seq 20000 >&2")
        await kit.runtime.wait(handle)
        seen = [output async for output in kit.runtime.output(handle)]
        expected = "".join(f"{number}\n" for number in range(1, 20_001))
        for stream in Stream:
            assert "".join(output.text for output in seen if output.stream is stream) == expected
        for cut in (0, 1, len(seen) // 2, len(seen) - 2):
            rest = await kit.written(handle, seen[cut].position)
            for stream in Stream:
                before = "".join(output.text for output in seen[: cut + 1] if output.stream is stream)
                assert before + rest[stream] == expected

    async def test_a_log_that_the_engine_cannot_read(self, kit: RuntimeKit) -> None:
        command = ["docker", "run", "-d", "--log-driver", "none", IMAGE, "echo", "unseen"]
        container = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        handle = Handle(container, "process", "1")
        with pytest.raises(OutputUnreadable, match="cannot read the log"):
            await kit.written(handle)
        await kit.runtime.remove(handle)

    async def test_a_character_that_is_cut_where_reading_stopped(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "i=0; while [ $i -lt 9000 ]; do printf 世界é; i=$((i+1)); done; echo")
        await kit.runtime.wait(handle)
        seen = [output async for output in kit.runtime.output(handle)]
        for cut in range(len(seen)):
            rest = [output async for output in kit.runtime.output(handle, seen[cut].position)]
            assert "".join(output.text for output in seen[: cut + 1] + rest) == "世界é" * 9000 + "\n"
