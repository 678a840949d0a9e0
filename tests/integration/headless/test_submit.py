"""colony-tui --submit and function submit against a real server."""

import asyncio
import json
import signal
from pathlib import Path

import pytest

from colonysdk.client import ColonyClient
from colonysdk.objects import Process, ProcessState
from tests.integration.headless.conftest import run, working, write_spec
from tests.support.command_line import CommandLine
from tests.support.server import ColonyKeys, RunningServer


async def say_hello(client: ColonyClient, process: Process) -> None:
    await client.add_log(process.process_id, "hello world\n")
    await client.close(process.process_id, ["done"])


async def fail_with_three(client: ColonyClient, process: Process) -> None:
    await client.add_log(process.process_id, "before the end\n")
    await client.fail(process.process_id, ["the program exited with code 3"])


async def test_the_id_is_all_there_is_on_stdout(colony: ColonyKeys, command_line: CommandLine, spec_file: Path) -> None:
    done = await run(command_line, "--submit", spec_file)
    assert (done.returncode, done.stderr) == (0, "")
    async with colony.client() as client:
        process = await client.process(done.stdout.removesuffix("\n"))
    assert process.spec.kwargs["cmd"] == "echo"
    assert (process.spec.max_exec_time, process.spec.conditions.colony_name) == (-1, colony.name)


async def test_following_prints_the_log_and_nothing_else(
    colony: ColonyKeys, command_line: CommandLine, spec_file: Path
) -> None:
    async with working(colony, say_hello):
        done = await run(command_line, "--submit", spec_file, "--follow")
    assert (done.returncode, done.stdout) == (0, "hello world\n")
    assert "was successful" in done.stderr


async def test_a_failed_process_is_exit_code_1_with_its_reason(
    colony: ColonyKeys, command_line: CommandLine, spec_file: Path
) -> None:
    async with working(colony, fail_with_three):
        done = await run(command_line, "--submit", spec_file, "--follow")
        waited = await run(command_line, "function", "submit", "--spec", spec_file, "--wait")
    assert (done.returncode, done.stdout) == (1, "before the end\n")
    assert "exited with code 3" in done.stderr
    assert (waited.returncode, waited.stdout) == (1, "")


async def test_waiting_prints_the_output_on_request(
    colony: ColonyKeys, command_line: CommandLine, spec_file: Path
) -> None:
    async with working(colony, say_hello):
        done = await run(command_line, "function", "submit", "--spec", spec_file, "--out")
    assert (done.returncode, done.stdout) == (0, "done\n")


async def test_json_is_the_process(colony: ColonyKeys, command_line: CommandLine, spec_file: Path) -> None:
    submitted = json.loads((await run(command_line, "--submit", spec_file, "--json")).stdout)
    assert submitted["state"] == ProcessState.WAITING
    async with working(colony, say_hello):
        waited = json.loads((await run(command_line, "--submit", spec_file, "--wait", "--json")).stdout)
        followed = (await run(command_line, "--json", "--submit", spec_file, "--follow")).stdout.splitlines()
    assert waited["state"] == ProcessState.SUCCESS
    assert [json.loads(line).get("message") for line in followed] == ["hello world\n", None]
    assert json.loads(followed[-1])["out"] == ["done"]


async def test_a_specification_can_come_from_stdin_and_be_yaml(colony: ColonyKeys, command_line: CommandLine) -> None:
    text = b"funcname: anything\nconditions: {executortype: cli}\n"
    done = await run(command_line, "--submit", "-", stdin=text)
    assert done.returncode == 0
    async with colony.client() as client:
        assert (await client.process(done.stdout.strip())).spec.func_name == "anything"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (b"not json: at: all", ["$: neither JSON nor YAML: line 1"]),
        (b'{"funcname": ', ["$: not JSON: line 1"]),
        (b"hello\nworld", ["$: not JSON: line 1, column 1: "]),
        (b"", ["$: the specification is empty"]),
        (
            b'{"kwargs": 5, "conditions": {"mem": "-1Mi", "executortype": "x"}, "colour": "red"}',
            ["$.funcname: ", "$.kwargs: ", "$.conditions.mem: ", "$.colour: "],
        ),
        (b"\xff\xfe", ["not UTF-8"]),
    ],
)
async def test_every_problem_of_a_bad_specification_is_told(
    command_line: CommandLine, text: bytes, paths: list[str]
) -> None:
    done = await run(command_line, "--submit", "-", "--follow", stdin=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(path in done.stderr for path in paths)
    assert "Traceback" not in done.stderr


async def test_a_missing_file_is_wrong_usage(command_line: CommandLine, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        assert (await run(command_line, "--submit", path)).returncode == 2


async def test_a_timeout_leaves_the_process_alone(
    colony: ColonyKeys, command_line: CommandLine, spec_file: Path
) -> None:
    done = await run(command_line, "--submit", spec_file, "--wait", "--timeout", "0.5")
    assert done.returncode == 5
    assert "colony-tui log get --follow" in done.stderr
    async with colony.client() as client:
        assert len(await client.processes(ProcessState.WAITING)) == 1


async def test_a_cancelled_process_is_exit_code_6(
    colony: ColonyKeys, command_line: CommandLine, spec_file: Path
) -> None:
    async def cancel(client: ColonyClient, process: Process) -> None:
        async with colony.client() as user:
            await user.cancel(process.process_id)

    async with working(colony, cancel):
        assert (await run(command_line, "--submit", spec_file, "--wait")).returncode == 6


async def test_an_interrupt_leaves_the_process_running_and_says_how_to_go_on(
    colony: ColonyKeys, command_line: CommandLine, spec_file: Path
) -> None:
    async def log_only(client: ColonyClient, process: Process) -> None:
        await client.add_log(process.process_id, "begun\n")

    async with working(colony, log_only):
        with command_line.start("--submit", spec_file, "--follow") as following:
            assert following.stdout is not None
            assert await asyncio.to_thread(following.stdout.readline) == b"begun\n"
            following.send_signal(signal.SIGINT)
            _, stderr = await asyncio.to_thread(following.communicate, timeout=30)
    assert following.returncode == 130
    assert b"colony-tui log get --follow -p " in stderr
    assert b"Traceback" not in stderr
    async with colony.client() as client:
        assert len(await client.processes(ProcessState.RUNNING)) == 1


async def test_a_reader_that_goes_away_ends_the_command_quietly(
    colony: ColonyKeys, command_line: CommandLine, spec_file: Path
) -> None:
    gone = asyncio.Event()

    async def log_twice(client: ColonyClient, process: Process) -> None:
        await client.add_log(process.process_id, "first\n")
        await gone.wait()
        await client.add_log(process.process_id, "second\n")

    async with working(colony, log_twice):
        with command_line.start("--submit", spec_file, "--follow") as following:
            assert following.stdout is not None
            assert following.stderr is not None
            await asyncio.to_thread(following.stdout.readline)
            following.stdout.close()
            gone.set()
            assert await asyncio.to_thread(following.wait, 30) == 141
            assert b"Traceback" not in following.stderr.read()


async def test_following_goes_on_when_the_server_restarts(tmp_path: Path) -> None:
    with RunningServer(tmp_path) as server:
        colony = server.new_colony()
        async with colony.client(colony.executor) as worker:
            with CommandLine.of_colony(colony).start(
                "--submit", write_spec(tmp_path / "s.json"), "--follow"
            ) as command:
                process = await worker.assign(30)
                assert process is not None
                assert command.stdout is not None
                await worker.add_log(process.process_id, "before\n")
                assert await asyncio.to_thread(command.stdout.readline) == b"before\n"
                await asyncio.to_thread(server.restart)
                await worker.add_log(process.process_id, "after\n")
                await worker.close(process.process_id)
                stdout, stderr = await asyncio.to_thread(command.communicate, timeout=60)
    assert (command.returncode, stdout) == (0, b"after\n")
    assert b"was successful" in stderr


async def test_a_long_log_comes_whole_and_in_order(
    colony: ColonyKeys, command_line: CommandLine, spec_file: Path
) -> None:
    async def log_much(client: ColonyClient, process: Process) -> None:
        for begin in range(0, 1200, 100):
            await asyncio.gather(
                *(client.add_log(process.process_id, f"{number}\n") for number in range(begin, begin + 100))
            )
        await client.close(process.process_id)

    async with working(colony, log_much):
        done = await run(command_line, "--submit", spec_file, "--follow")
    numbers = [int(line) for line in done.stdout.splitlines()]
    assert sorted(numbers) == list(range(1200))


async def test_bytes_of_a_message_arrive_as_they_are(
    colony: ColonyKeys, command_line: CommandLine, spec_file: Path
) -> None:
    async def log_odd(client: ColonyClient, process: Process) -> None:
        for text in ("tab\there\r\n", "\x1b[31mred\x1b[0m ünï\n", "no line end", "last\n\n"):
            await client.add_log(process.process_id, text)
        await client.close(process.process_id)

    async with working(colony, log_odd):
        with command_line.start("--submit", spec_file, "--follow") as following:
            stdout, _ = await asyncio.to_thread(following.communicate, timeout=60)
    assert stdout.decode() == "tab\there\r\n\x1b[31mred\x1b[0m ünï\nno line end\nlast\n\n"


async def test_a_process_that_nobody_takes_is_explained(command_line: CommandLine, tmp_path: Path) -> None:
    spec = write_spec(tmp_path / "s.json", conditions={"executortype": "nobody-has-this"})
    done = await run(command_line, "--submit", spec, "--wait", "--timeout", "4")
    assert done.returncode == 5
    assert "nobody-has-this" in done.stderr


async def test_no_server_is_exit_code_3_and_a_stranger_4(
    server: RunningServer, colony: ColonyKeys, spec_file: Path
) -> None:
    command_line = CommandLine.of_colony(colony)
    unreachable = await run(command_line, "--submit", spec_file, "--port", "1")
    stranger = await run(command_line, "--submit", spec_file, "--prvkey", "1" * 64)
    assert (unreachable.returncode, stranger.returncode) == (3, 4)
    assert "cannot reach" in unreachable.stderr
    assert "config show" in stranger.stderr
    assert unreachable.stdout == stranger.stdout == ""
    elsewhere = write_spec(spec_file.with_name("elsewhere.json"), conditions={"colonyname": "elsewhere"})
    refused = await run(command_line, "--submit", elsewhere)
    assert refused.returncode == 4
    assert colony.name in refused.stderr
    assert server.url in (await run(command_line, "config", "show")).stdout
