"""What a program may take, and what happens when it wants more."""

import asyncio
import os
import time
from pathlib import Path

import psutil
import pytest

from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes.base import Bind, Exit, Handle, Stream
from tests.integration.executors.conftest import RuntimeKit
from tests.support.fork_bombs import CHILDREN, DESCENDANTS

MIB = 2**20


async def ended(kit: RuntimeKit, handle: Handle, seconds: float = 40) -> Exit:
    async with asyncio.timeout(seconds):
        return await kit.runtime.wait(handle)


class TestProcesses:
    @pytest.mark.parametrize(("script", "codes"), [(DESCENDANTS, (0, 2, 137)), (CHILDREN, (2, 137))])
    async def test_a_fork_bomb_ends_and_the_limit_is_told(
        self, kit: RuntimeKit, script: str, codes: tuple[int, ...]
    ) -> None:
        how = await ended(kit, await kit.begin("sh", "-c", script, pids=64))
        assert how.code in codes
        assert not how.lost
        if kit.isolates and os.geteuid():
            pytest.skip("only root may read which containers the kernel refused a process")
        assert how.out_of_processes

    async def test_what_stays_within_the_limit_is_left_alone(self, kit: RuntimeKit) -> None:
        script = "for i in 1 2 3 4 5 6 7 8; do sleep 1.5 & done; wait; exit 3"
        how = await ended(kit, await kit.begin("sh", "-c", script, pids=64))
        assert (how.code, how.out_of_processes) == (3, False)

    async def test_the_limit_holds_after_a_restart(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", f"echo on; sleep 1.5; {CHILDREN}", pids=64)
        async for _ in kit.runtime.output(handle):
            break
        again = await kit.restarted()
        ((found, _),) = await again.find()
        async with asyncio.timeout(40):
            how = await again.wait(found)
        assert how.code in (2, 137)

    @pytest.mark.docker
    async def test_ended_children_are_reaped(self, docker_kit: RuntimeKit) -> None:
        script = 'for i in 1 2 3 4 5; do (sleep 0.1 & exit 0); done; sleep 1; cat /proc/[0-9]*/stat | grep -c ") Z"'
        _, stdout, _ = await docker_kit.run("sh", "-c", script)
        assert stdout == "0\n"

    async def test_a_program_that_leaves_zombies_ends_as_it_wants(self, kit: RuntimeKit) -> None:
        # The shell becomes a program that never waits for the children that it started as a shell.
        script = "for i in $(seq 20); do true & done; exec sh -c 'sleep 0.5; echo done; exit 7'"
        how, stdout, stderr = await kit.run("sh", "-c", script)
        assert (how.code, stdout, stderr) == (7, "done\n", "")


class TestMemory:
    @pytest.mark.docker
    async def test_a_child_over_the_limit_does_not_end_the_program(self, docker_kit: RuntimeKit) -> None:
        script = "dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null; echo child $?; exit 4"
        how, stdout, _ = await docker_kit.run("sh", "-c", script, memory_bytes=32 * MIB)
        assert (how.code, how.out_of_memory, stdout) == (4, True, "child 137\n")

    async def test_all_children_count_together(self, kit: RuntimeKit) -> None:
        # Each holds its memory until it is killed; the program ends a second after the first one.
        hog = "(dd if=/dev/zero of=/dev/null bs=30M 2>/dev/null; sleep 1; kill -TERM $$)"
        script = f"trap 'exit 9' TERM; {hog} & {hog} & {hog} & wait"
        how = await ended(kit, await kit.begin("sh", "-c", script, memory_bytes=64 * MIB))
        assert how.out_of_memory


class TestCpu:
    @pytest.mark.docker
    async def test_a_program_over_the_limit_is_slowed_down_and_not_ended(self, docker_kit: RuntimeKit) -> None:
        counter = "cat /sys/fs/cgroup/cpu/cpu.stat /sys/fs/cgroup/cpu.stat 2>/dev/null | grep nr_throttled"
        script = f"i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; {counter}"
        how, stdout, _ = await docker_kit.run("sh", "-c", script, cpu_milli=20)
        assert how.code == 0
        assert int(stdout.split()[1]) > 0


class TestCommandLines:
    async def test_a_long_argument_and_many_arguments(self, kit: RuntimeKit) -> None:
        longest = "x" * 131_000
        _, stdout, _ = await kit.run("sh", "-c", "echo ${#1} $#", "sh", longest)
        assert stdout == "131000 1\n"
        _, stdout, _ = await kit.run("sh", "-c", "echo $#", "sh", *["word"] * 50_000)
        assert stdout == "50000\n"

    @pytest.mark.parametrize(
        ("argv", "environment"),
        [
            (("echo", "x" * 131_072), {}),
            (("echo", *["word" * 10] * 50_000), {}),
            (("echo",), {"BIG": "x" * 131_072}),
            (("echo",), {f"V{number}": "x" * 100_000 for number in range(30)}),
        ],
    )
    async def test_what_no_program_can_be_started_with(
        self, kit: RuntimeKit, argv: tuple[str, ...], environment: dict[str, str]
    ) -> None:
        with pytest.raises(StartFailed) as failure:
            await kit.run(*argv, environment=environment)
        assert failure.value.code == "command_too_long"
        assert not failure.value.retry
        assert await kit.runtime.find() == []


class TestScripts:
    @pytest.mark.parametrize("first_line", ["#!/no/such/interpreter", "#!/bin/sh\r", "#! /no/such/interpreter -x"])
    async def test_a_missing_interpreter_is_told_and_nothing_is_on_stderr(
        self, kit: RuntimeKit, tmp_path: Path, first_line: str
    ) -> None:
        argv = self._script(kit, tmp_path, f"{first_line}\necho hello\n")
        with pytest.raises(StartFailed) as failure:
            await kit.run(*argv[0], **argv[1])
        assert failure.value.code == "command_not_found"
        assert "script" in failure.value.sentence + failure.value.hint
        for handle, _ in await kit.runtime.find():
            assert await kit.written(handle) == {Stream.STDOUT: "", Stream.STDERR: ""}

    async def test_one_that_is_there(self, kit: RuntimeKit, tmp_path: Path) -> None:
        argv, options = self._script(kit, tmp_path, '#!/bin/sh -e\necho hello "$1"\n')
        _, stdout, stderr = await kit.run(*argv, "you", **options)
        assert (stdout, stderr) == ("hello you\n", "")

    def _script(self, kit: RuntimeKit, directory: Path, text: str) -> tuple[tuple[str, ...], dict[str, object]]:
        script = directory / "script"
        script.write_bytes(text.encode())
        script.chmod(0o755)
        if not kit.isolates:
            return (str(script),), {}
        return ("/mnt/script",), {"binds": (Bind(directory, "/mnt", read_only=True),)}


class TestOutput:
    async def test_a_long_log_does_not_grow_without_end(self, kit: RuntimeKit, tmp_path: Path) -> None:
        limit = MIB
        handle = await kit.begin("sh", "-c", "seq 1000000; sleep 2.5; echo last", log_bytes=limit)
        assert (await ended(kit, handle, 60)).code == 0
        written = await kit.written(handle)
        # What the engine keeps for each line is several times as long as these lines.
        assert len(written[Stream.STDOUT]) < 4 * limit
        assert written[Stream.STDOUT].endswith("last\n")
        numbers = [int(line) for line in written[Stream.STDOUT].splitlines() if line.isdecimal()]
        assert numbers == sorted(numbers)
        if not kit.isolates:
            assert "a part of it is left out" in written[Stream.STDOUT]

    async def test_a_program_that_writes_without_end_can_be_ended_soon(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("yes", "a line that comes again and again", log_bytes=MIB)
        await asyncio.sleep(1.5)
        started = time.monotonic()
        await kit.runtime.kill(handle, 0.3)
        await ended(kit, handle)
        assert time.monotonic() - started < 8
        await kit.runtime.remove(handle)
        assert await kit.runtime.find() == []
        assert not [process for process in psutil.process_iter(["name"]) if process.info["name"] == handle.id]
