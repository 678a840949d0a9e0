"""What every runtime has to do, on the real thing."""

import asyncio
import time

import psutil
import pytest

from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes.base import Phase, Stream, Workload
from tests.integration.executors.conftest import IMAGE, RuntimeKit

MIB = 2**20


class TestRunning:
    async def test_describes_itself(self, kit: RuntimeKit) -> None:
        assert kit.runtime.name in ("docker", "process")
        assert any(character.isdigit() for character in await kit.runtime.describe())

    async def test_output_is_exact_and_stderr_empty(self, kit: RuntimeKit) -> None:
        ended, stdout, stderr = await kit.run("echo", "hello world")
        assert (ended.code, stdout, stderr) == (0, "hello world\n", "")

    async def test_arguments_arrive_as_they_are(self, kit: RuntimeKit) -> None:
        arguments = ["two words", "$HOME", "`id`", '"quoted"', "it's", "*", "", "grüße 世界", "a\nb", "-n", "\\t"]
        ended, stdout, _ = await kit.run("printf", "[%s]", *arguments)
        assert ended.code == 0
        assert stdout == "".join(f"[{argument}]" for argument in arguments)

    @pytest.mark.parametrize(("argv", "code"), [(["false"], 1), (["sh", "-c", "exit 42"], 42), (["true"], 0)])
    async def test_exit_code(self, kit: RuntimeKit, argv: list[str], code: int) -> None:
        ended, *written = await kit.run(*argv)
        assert (ended.code, ended.lost, ended.out_of_memory) == (code, False, False)
        assert written == ["", ""]

    @pytest.mark.parametrize(("signal_name", "code"), [("KILL", 137), ("TERM", 143)])
    async def test_a_program_ended_by_a_signal_counts_from_128(
        self, kit: RuntimeKit, signal_name: str, code: int
    ) -> None:
        ended, _, stderr = await kit.run("sh", "-c", f"kill -{signal_name} $$")
        assert (ended.code, ended.lost, stderr) == (code, False, "")

    async def test_standard_input_is_empty(self, kit: RuntimeKit) -> None:
        ended, stdout, _ = await kit.run("cat")
        assert (ended.code, stdout) == (0, "")

    async def test_working_directory_is_there_and_writable(self, kit: RuntimeKit) -> None:
        ended, stdout, _ = await kit.run("sh", "-c", "echo x > made-here && cat made-here")
        assert (ended.code, stdout) == (0, "x\n")

    async def test_environment_holds_what_was_asked_and_no_keys(
        self, kit: RuntimeKit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("COLONIES_PRVKEY", "EXECUTOR_TYPE", "AWS_S3_SECRETKEY", "MY_SECRET"):
            monkeypatch.setenv(name, "leaked")
        _, stdout, _ = await kit.run("env", environment={"GREETING": "a b=c $x", "EMPTY": ""})
        assert "GREETING=a b=c $x\n" in stdout
        assert "EMPTY=\n" in stdout
        assert "leaked" not in stdout
        names = {line.partition("=")[0] for line in stdout.splitlines()}
        assert names <= {
            *("GREETING", "EMPTY", "PATH", "HOME", "HOSTNAME", "PWD"),
            *("LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "LOGNAME"),
        }

    async def test_many_at_once(self, kit: RuntimeKit) -> None:
        results = await asyncio.gather(*(kit.run("echo", str(number)) for number in range(8)))
        assert [stdout for _, stdout, _ in results] == [f"{number}\n" for number in range(8)]

    async def test_what_a_program_leaves_running_ends_with_it(self, kit: RuntimeKit) -> None:
        started = time.monotonic()
        ended, stdout, _ = await kit.run("sh", "-c", "sleep 300 & echo $!")
        assert ended.code == 0
        assert time.monotonic() - started < 20
        if not kit.isolates:
            await _until_gone(int(stdout))


class TestStartFailures:
    @pytest.mark.parametrize(
        ("argv", "code"),
        [
            (["no-such-program", "x"], "command_not_found"),
            (["./missing"], "command_not_found"),
            (["/etc"], "command_not_executable"),
            (["/etc/passwd"], "command_not_executable"),
        ],
    )
    async def test_a_program_that_cannot_be_executed(self, kit: RuntimeKit, argv: list[str], code: str) -> None:
        with pytest.raises(StartFailed) as failure:
            await kit.run(*argv)
        assert failure.value.code == code
        assert argv[0] in failure.value.sentence
        for handle, _ in await kit.runtime.find():
            assert await kit.written(handle) == {Stream.STDOUT: "", Stream.STDERR: ""}

    async def test_a_program_may_use_the_same_exit_codes(self, kit: RuntimeKit) -> None:
        for code in (126, 127):
            ended, _, stderr = await kit.run("sh", "-c", f"echo 'not found' >&2; exit {code}")
            assert (ended.code, stderr) == (code, "not found\n")


class TestOutput:
    async def test_streams_are_apart(self, kit: RuntimeKit) -> None:
        _, stdout, stderr = await kit.run("sh", "-c", "for i in 1 2 3; do echo out $i; echo err $i >&2; done")
        assert stdout == "out 1\nout 2\nout 3\n"
        assert stderr == "err 1\nerr 2\nerr 3\n"

    async def test_lines_arrive_while_the_program_runs(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "echo early; sleep 60")
        async with asyncio.timeout(10):
            async for output in kit.runtime.output(handle):
                assert output.text == "early\n"
                break
        assert await kit.runtime.exit_code(handle) is None

    async def test_a_last_line_without_a_line_break(self, kit: RuntimeKit) -> None:
        _, stdout, _ = await kit.run("printf", "one\ntwo")
        assert stdout == "one\ntwo"

    async def test_progress_lines_are_kept(self, kit: RuntimeKit) -> None:
        _, stdout, _ = await kit.run("printf", "10%%\r50%%\r100%%\n")
        assert stdout == "10%\r50%\r100%\n"

    async def test_a_long_line_comes_back_whole(self, kit: RuntimeKit) -> None:
        # Three bytes per character: pieces of any power of two cut some.
        _, stdout, _ = await kit.run("sh", "-c", "i=0; while [ $i -lt 500 ]; do printf %0100d $i; i=$((i+1)); done")
        assert stdout == "".join(f"{number:0100}" for number in range(500))
        _, stdout, _ = await kit.run("sh", "-c", "i=0; while [ $i -lt 9000 ]; do printf 世界é; i=$((i+1)); done; echo")
        assert stdout == "世界é" * 9000 + "\n"

    async def test_what_is_no_text_becomes_replacement_characters(self, kit: RuntimeKit) -> None:
        _, stdout, _ = await kit.run("printf", "a\\377b\\000c\\n")
        assert stdout == "a\ufffdb\ufffdc\n"

    async def test_goes_on_from_any_position(self, kit: RuntimeKit) -> None:
        script = (
            "for i in $(seq 1 300); do echo line $i; [ $((i % 50)) -gt 0 ] || { echo err $i >&2; sleep 0.1; }; done"
        )
        handle = await kit.begin("sh", "-c", script)
        seen = [output async for output in kit.runtime.output(handle)]
        whole = await kit.written(handle)
        assert whole[Stream.STDOUT] == "".join(f"line {number}\n" for number in range(1, 301))
        for cut in {0, 1, len(seen) // 2, len(seen) - 2, len(seen) - 1} & set(range(len(seen))):
            rest = await kit.written(handle, seen[cut].position)
            for stream in Stream:
                before = "".join(output.text for output in seen[: cut + 1] if output.stream is stream)
                assert before + rest[stream] == whole[stream]


class TestEnding:
    async def test_kill_ends_a_program_and_its_children_soon(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "sleep 301 & sleep 302; echo never")
        await _until_running(kit, handle.id)
        started = time.monotonic()
        await kit.runtime.kill(handle, 0.5)
        ended = await kit.runtime.wait(handle)
        assert time.monotonic() - started < 8
        assert ended.code != 0
        assert await kit.written(handle) == {Stream.STDOUT: "", Stream.STDERR: ""}

    async def test_a_program_that_ignores_sigterm_is_killed(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "trap '' TERM; echo deaf; while true; do sleep 1; done")
        async for _ in kit.runtime.output(handle):
            break
        started = time.monotonic()
        await kit.runtime.kill(handle, 0.3)
        ended = await kit.runtime.wait(handle)
        assert time.monotonic() - started < 8
        assert ended.code == 137

    async def test_what_left_its_session_is_killed_after_the_program_has_ended(self, kit: RuntimeKit) -> None:
        _, stdout, _ = await kit.run("sh", "-c", "setsid sleep 306 & echo $!")
        if not kit.isolates:
            await _until_gone(int(stdout), seconds=15)

    async def test_what_left_its_session_is_killed_with_it_and_other_attempts_are_not(self, kit: RuntimeKit) -> None:
        script = "setsid sleep 304 & echo $!; sleep 305"
        first = await kit.begin("sh", "-c", script)
        second = await kit.runtime.create(Workload(first.process_id, "2", ("sh", "-c", script), image=IMAGE))
        await kit.runtime.start(second)
        async for output in kit.runtime.output(first):
            pid = int(output.text)
            break
        await kit.runtime.kill(first, 0.2)
        await kit.runtime.wait(first)
        if not kit.isolates:
            await _until_gone(pid)
        assert await kit.runtime.exit_code(second) is None

    async def test_a_program_may_end_well_on_sigterm(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "trap 'echo saved; exit 9' TERM; echo on; while true; do sleep 0.05; done")
        async for _ in kit.runtime.output(handle):
            break
        await kit.runtime.kill(handle, 2)
        assert (await kit.runtime.wait(handle)).code == 9
        assert (await kit.written(handle))[Stream.STDOUT] == "on\nsaved\n"

    async def test_killing_what_has_ended_changes_nothing(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "exit 5")
        await kit.runtime.wait(handle)
        await kit.runtime.kill(handle, 0.1)
        assert (await kit.runtime.wait(handle)).code == 5

    async def test_removing_ends_what_runs_and_leaves_nothing(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sleep", "303")
        await kit.runtime.remove(handle)
        assert await kit.runtime.find() == []

    async def test_memory_limit_is_enforced_and_told(self, kit: RuntimeKit) -> None:
        hog = ["dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=100000"]
        handle = await kit.begin(*hog, memory_bytes=40 * MIB)
        async with asyncio.timeout(20):
            ended = await kit.runtime.wait(handle)
        assert (ended.code, ended.out_of_memory) == (137, True)


class TestRestart:
    async def test_finds_what_was_created_what_runs_and_what_has_ended(self, kit: RuntimeKit) -> None:
        running = await kit.begin("sh", "-c", "echo on; while true; do sleep 0.05; done")
        ended = await kit.begin("sh", "-c", "echo done; exit 7")
        await kit.runtime.wait(ended)
        async for _ in kit.runtime.output(running):
            break
        again = await kit.restarted()
        found = {handle.process_id: (handle, phase) for handle, phase in await again.find()}
        assert found[running.process_id][1] is Phase.RUNNING
        assert found[ended.process_id][1] is Phase.ENDED
        assert found[ended.process_id][0].attempt == "1"
        assert (await again.wait(found[ended.process_id][0])).code == 7
        assert [output.text async for output in again.output(found[ended.process_id][0])] == ["done\n"]
        assert await again.exit_code(found[running.process_id][0]) is None
        await again.kill(found[running.process_id][0], 0.2)
        assert (await again.wait(found[running.process_id][0])).code != 0

    async def test_ignores_the_workloads_of_others(self, kit: RuntimeKit) -> None:
        assert await kit.runtime.find() == []

    async def test_output_goes_on_where_it_stopped(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done")
        first = []
        async for output in kit.runtime.output(handle):
            first.append(output)
            if "3" in output.text:
                break
        again = await kit.restarted()
        (found, _), *_ = await again.find()
        rest = [output.text async for output in again.output(found, first[-1].position)]
        assert "".join(output.text for output in first) + "".join(rest) == "1\n2\n3\n4\n5\n6\n"


class TestLookingInside:
    async def test_exec_runs_in_the_same_place(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "echo content > note; echo ready; sleep 60", environment={"MARK": "m1"})
        async for _ in kit.runtime.output(handle):
            break
        result = await kit.runtime.exec(handle, ["sh", "-c", "cat note; echo $MARK >&2; exit 4"])
        assert (result.code, result.stdout, result.stderr) == (4, b"content\n", b"m1\n")

    async def test_exec_is_refused_when_nothing_runs(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("true")
        await kit.runtime.wait(handle)
        with pytest.raises(StartFailed) as failure:
            await kit.runtime.exec(handle, ["true"])
        assert failure.value.code == "not_running"

    async def test_usage_counts_cpu_and_memory(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "echo on; while true; do :; done")
        async for _ in kit.runtime.output(handle):
            break
        async with asyncio.timeout(10):
            while (await kit.runtime.usage(handle)).cpu_seconds < 0.05:
                await asyncio.sleep(0.05)
        assert 0 < (await kit.runtime.usage(handle)).memory_bytes < 100 * MIB


async def _until_running(kit: RuntimeKit, handle_id: str) -> None:
    async with asyncio.timeout(10):
        while {handle.id: phase for handle, phase in await kit.runtime.find()}[handle_id] is not Phase.RUNNING:
            await asyncio.sleep(0.02)


async def _until_gone(pid: int, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.02)
