"""Sessions beside running programs, over a real server and a real executor, on both runtimes."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from colonysdk.client import ColonyClient
from colonysdk.errors import Refused
from colonysdk.exec import Command, ExecRefused, RemoteSession, SessionLost, Terminal, open_session
from colonysdk.objects import ProcessState
from tests.integration.executors.program import (
    RunningExecutor,
    specification,
    until_final,
    until_logged,
    whole_log,
)
from tests.support.server import ColonyKeys, RunningServer, running_server

SCREEN = Terminal(columns=90, rows=30)
UNTIL_SECONDS = 30.0
BOTH = [pytest.param("docker", marks=pytest.mark.docker), "process"]


@dataclass
class Place:
    """A colony with an executor of one runtime."""

    colony: ColonyKeys
    executor: RunningExecutor

    async def run(self, client: ColonyClient, script: str = "sleep 60", **fields: object) -> str:
        """Submit a program that lets its submitter in, and wait until it runs; its id."""
        known: dict[str, object] = {"channels": ["exec"], "kwargs": {"network": "none"}}
        spec = specification(self.colony, "sh", "-c", f"echo begin; {script}", **(known | fields))
        process_id = (await client.submit(spec)).process_id
        await until_logged(client, process_id, "begin")
        return process_id

    @asynccontextmanager
    async def inside(self, script: str = "sleep 60", **fields: object) -> AsyncIterator[tuple[ColonyClient, str]]:
        """A client of the submitter, and a program that runs for the length of the block."""
        async with self.colony.client() as client:
            process_id = await self.run(client, script, **fields)
            yield client, process_id
            if not (await client.process(process_id)).state.is_final:
                await client.cancel(process_id)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module", params=BOTH)
def place(
    request: pytest.FixtureRequest, server: RunningServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    colony = server.new_colony()
    with RunningExecutor(tmp_path_factory.mktemp("executor"), colony, request.param) as executor:
        yield Place(colony, executor)


async def everything(session: RemoteSession) -> tuple[bytes, bytes]:
    """What a command writes until it ends: stdout, stderr."""
    texts = {1: b"", 2: b""}
    async for stream, data in session.output():
        texts[stream] += data
    return texts[1], texts[2]


async def until_shown(session: RemoteSession, text: bytes) -> bytes:
    """What a terminal shows until a text is in it."""
    shown = b""
    async with asyncio.timeout(UNTIL_SECONDS), aclosing(session.output()) as pieces:
        async for _, data in pieces:
            shown += data
            if text in shown:
                return shown
    raise AssertionError(f"no {text!r} in {shown!r}")


async def run_in(client: ColonyClient, process_id: str, *argv: str) -> tuple[int | None, bytes, bytes]:
    """Run a command to its end: exit code, stdout, stderr."""
    async with asyncio.timeout(UNTIL_SECONDS), open_session(client, process_id, Command(argv)) as session:
        stdout, stderr = await everything(session)
        return session.exit_code, stdout, stderr


class TestCommands:
    async def test_keeps_the_streams_apart_and_tells_the_exit_code(self, place: Place) -> None:
        async with place.inside() as (client, process_id):
            done = await run_in(client, process_id, "sh", "-c", "echo out; echo err >&2; exit 5")
        assert done == (5, b"out\n", b"err\n")

    async def test_is_where_the_program_is(self, place: Place) -> None:
        async with place.inside("pwd; export LATER=1; sleep 60", env={"COLOUR": "blue"}) as (client, process_id):
            code, stdout, _ = await run_in(client, process_id, "sh", "-c", 'pwd; echo "$COLOUR $COLONIES_PROCESS_ID"')
            log = await whole_log(client, process_id)
        assert code == 0
        directory, variables = stdout.decode().splitlines()
        assert directory in log.splitlines()
        assert variables == f"blue {process_id}"

    async def test_gets_stdin_byte_by_byte_and_its_end(self, place: Place) -> None:
        data = bytes(range(256)) * 4000
        async with (
            place.inside() as (client, process_id),
            open_session(client, process_id, Command(("sha256sum",))) as session,
        ):
            await session.write(data)
            await session.end_input()
            stdout, _ = await everything(session)
        assert stdout.split()[0].decode() == hashlib.sha256(data).hexdigest()
        assert session.exit_code == 0

    async def test_arguments_are_not_read_by_a_shell(self, place: Place) -> None:
        async with place.inside() as (client, process_id):
            _, stdout, _ = await run_in(client, process_id, "echo", "$HOME", "a  b", "*", "é")
        assert stdout.decode() == "$HOME a  b * é\n"

    async def test_a_missing_program_ends_as_in_a_shell(self, place: Place) -> None:
        async with place.inside() as (client, process_id):
            code, stdout, stderr = await run_in(client, process_id, "no-such-program")
            assert (code, stdout) == (127, b"")
            assert b"no-such-program" in stderr
            assert b"OCI" not in stderr
            code, _, stderr = await run_in(client, process_id, "/etc")
            assert code == 126
            assert b"/etc" in stderr
            line = b"OCI runtime exec failed: not at all"
            assert await run_in(client, process_id, "echo", line.decode()) == (0, line + b"\n", b"")

    async def test_several_at_once_do_not_mix(self, place: Place) -> None:
        async with place.inside() as (client, process_id):
            script = 'for i in $(seq 200); do echo "$0 $i"; done'
            done = await asyncio.gather(*(run_in(client, process_id, "sh", "-c", script, name) for name in "abcd"))
        for name, (code, stdout, _) in zip("abcd", done, strict=True):
            assert code == 0
            assert stdout.decode().splitlines() == [f"{name} {number}" for number in range(1, 201)]

    async def test_what_it_leaves_behind_is_ended(self, place: Place) -> None:
        async with place.inside() as (client, process_id):
            script = "sleep 987 </dev/null >/dev/null 2>&1 & echo left"
            assert (await run_in(client, process_id, "sh", "-c", script))[1] == b"left\n"
            await until_gone("987")

    async def test_is_written_into_the_log(self, place: Place) -> None:
        async with place.inside() as (client, process_id):
            await run_in(client, process_id, "sh", "-c", "exit 3")
            await until_logged(client, process_id, "closed a session, exit code 3")
            log = await whole_log(client, process_id)
        assert log.startswith("begin\ncolony: exec: alice opened a session (sh -c 'exit 3')\n")


class TestTerminals:
    async def test_a_shell_has_the_size_hears_of_another_and_ends_with_exit(self, place: Place) -> None:
        async with place.inside() as (client, process_id):
            async with open_session(client, process_id, Command(("sh",), SCREEN)) as session:
                await session.write(b"echo $TERM; stty size\n")
                assert b"xterm" in await until_shown(session, b"30 90\r\n")
                await session.resize(132, 50)
                await session.write(b"stty size\n")
                await until_shown(session, b"50 132\r\n")
                await session.write(b"exit 7\n")
                await everything(session)
            assert session.exit_code == 7

    async def test_ctrl_c_ends_what_runs_in_it_and_not_the_shell(self, place: Place) -> None:
        async with (
            place.inside() as (client, process_id),
            open_session(client, process_id, Command(("sh",), SCREEN)) as session,
        ):
            await session.write(b"sleep 986; echo ended $((100 + $?))\n")
            await until_shown(session, b"sleep 986")
            await until_there("986")
            await session.write(b"\x03")
            await until_gone("986")
            await session.write(b"echo still $((1 + 1))\n")
            await until_shown(session, b"still 2\r\n")

    async def test_ctrl_c_gets_through_a_flood(self, place: Place) -> None:
        async with (
            place.inside() as (client, process_id),
            open_session(client, process_id, Command(("sh",), SCREEN)) as session,
        ):
            await session.write(b"yes\n")
            await until_shown(session, b"y\r\ny\r\n")
            # Nothing is read for a while: what is on its way is bounded all the same.
            await asyncio.sleep(1)
            await session.write(b"\x03echo flood is $((2 * 2))\n")
            shown = await until_shown(session, b"flood is 4\r\n")
        assert len(shown) < 4 * 2**20

    async def test_closing_it_ends_everything_in_it(self, place: Place) -> None:
        async with place.inside() as (client, process_id):
            async with open_session(client, process_id, Command(("sh",), SCREEN)) as session:
                await session.write(b"sleep 985 & sleep 984\n")
                await until_there("985")
                await until_there("984")
            await until_gone("985")
            await until_gone("984")
            await until_logged(client, process_id, "(it was closed)")


class TestRefusals:
    async def test_a_specification_that_does_not_allow_it(self, place: Place) -> None:
        async with place.inside(channels=["talk"]) as (client, process_id):
            with pytest.raises(Refused) as refusal:
                await run_in(client, process_id, "true")
            assert refusal.value.not_found

    async def test_somebody_who_did_not_submit_the_process(self, place: Place) -> None:
        async with place.inside() as (_, process_id), place.colony.client(place.colony.executor) as other:
            with pytest.raises(Refused) as refusal:
                await run_in(other, process_id, "true")
            assert refusal.value.forbidden

    async def test_a_copy_that_does_not_run(self, place: Place) -> None:
        async with place.inside() as (client, process_id):
            with pytest.raises(ExecRefused, match="there is no copy 3"):
                async with open_session(client, process_id, Command(("true",), rank=3)):
                    raise AssertionError("a session was opened")

    async def test_an_executor_whose_operator_does_not_allow_it(self, server: RunningServer, tmp_path: Path) -> None:
        colony = server.new_colony()
        environment = {"EXECUTOR_ALLOW_EXEC": "false"}
        with RunningExecutor(tmp_path, colony, "process", environment=environment) as executor:
            async with Place(colony, executor).inside() as (client, process_id):
                with pytest.raises(ExecRefused, match="EXECUTOR_ALLOW_EXEC"):
                    await run_in(client, process_id, "true")
                assert "exec" not in await whole_log(client, process_id)


class TestEnds:
    async def test_with_the_program(self, place: Place) -> None:
        async with place.inside("sleep 3; echo end") as (client, process_id):
            async with open_session(client, process_id, Command(("sh", "-c", "echo in; sleep 983"))) as session:
                async with asyncio.timeout(UNTIL_SECONDS):
                    stdout, _ = await everything(session)
            process = await until_final(client, process_id)
            log = await whole_log(client, process_id)
        assert (stdout, process.state) == (b"in\n", ProcessState.SUCCESS)
        assert session.exit_code == 137
        assert "end\n" in log
        assert "closed a session, exit code 137" in log
        await until_gone("983")

    async def test_with_a_cancellation(self, place: Place) -> None:
        async with (
            place.inside() as (client, process_id),
            open_session(client, process_id, Command(("sleep", "982"))) as session,
        ):
            await until_there("982")
            await client.cancel(process_id)
            with pytest.raises(SessionLost, match="the process has ended"):
                async with asyncio.timeout(UNTIL_SECONDS):
                    await everything(session)
        await until_gone("982")

    async def test_it_counts_for_the_memory_of_its_program(self, server: RunningServer, tmp_path: Path) -> None:
        colony = server.new_colony()
        with RunningExecutor(tmp_path, colony, "process") as executor:
            limited = Place(colony, executor).inside(conditions={"mem": "64Mi"})
            async with limited as (client, process_id):
                greedy = (sys.executable, "-c", "held = bytes(range(256)) * 2**20; import time; time.sleep(60)")
                assert (await run_in(client, process_id, *greedy))[0] == 137
                process = await until_final(client, process_id)
        assert "code: out_of_memory" in process.errors

    @pytest.mark.parametrize("runtime", BOTH)
    async def test_with_a_killed_executor(self, runtime: str, server: RunningServer, tmp_path: Path) -> None:
        colony = server.new_colony()
        with RunningExecutor(tmp_path, colony, runtime) as executor:
            async with Place(colony, executor).inside() as (client, process_id):
                async with open_session(client, process_id, Command(("sh", "-c", "trap '' HUP; sleep 981"))) as session:
                    await until_there("981")
                    executor.kill()
                    executor.start()
                    async with asyncio.timeout(UNTIL_SECONDS):
                        await everything(session)
                    assert session.reason == "the executor was started anew"
                await until_gone("981")
                assert (await run_in(client, process_id, "echo", "again"))[1] == b"again\n"

    async def test_not_with_the_server(self, server: RunningServer, place: Place) -> None:
        async with (
            place.inside() as (client, process_id),
            open_session(client, process_id, Command(("sh",), SCREEN)) as session,
        ):
            await session.write(b"echo before $((1 + 1))\n")
            await until_shown(session, b"before 2\r\n")
            server.restart()
            await session.write(b"echo after $((1 + 2))\n")
            await until_shown(session, b"after 3\r\n")


class TestCopies:
    async def test_a_rank_names_the_copy(self, place: Place) -> None:
        conditions = {"nodes": 2}
        async with place.inside(conditions=conditions, kwargs={}) as (client, process_id):
            for rank in (0, 1):
                command = Command(("sh", "-c", "echo $COLONIES_RANK"), rank=rank)
                async with open_session(client, process_id, command) as session:
                    assert (await everything(session))[0].decode() == f"{rank}\n"


def _sleeps(seconds: str) -> bool:
    return any(
        process.info["cmdline"] == ["sleep", seconds] and process.info["status"] != psutil.STATUS_ZOMBIE
        for process in psutil.process_iter(["cmdline", "status"])
    )


async def until_there(seconds: str) -> None:
    async with asyncio.timeout(UNTIL_SECONDS):
        while not _sleeps(seconds):
            await asyncio.sleep(0.1)


async def until_gone(seconds: str) -> None:
    async with asyncio.timeout(UNTIL_SECONDS):
        while _sleeps(seconds):
            await asyncio.sleep(0.1)
