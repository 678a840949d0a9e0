"""What colony-tui exec does to its terminal when it is ended from outside."""

import asyncio
import os
import pty
import signal
import subprocess
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.executors.program import RunningExecutor, specification, until_logged, whole_log
from tests.support.command_line import PROGRAM, CommandLine
from tests.support.server import ColonyKeys, RunningServer

_UNTIL_SECONDS = 30


@pytest.fixture
def colony(tmp_path: Path) -> Iterator[ColonyKeys]:
    (tmp_path / "server").mkdir()
    with RunningServer(tmp_path / "server") as server:
        yield server.new_colony()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_leaves_it_as_it_was_and_ends_the_session(
    colony: ColonyKeys, tmp_path: Path, number: signal.Signals
) -> None:
    environment = {**os.environ, **CommandLine.of_colony(colony).environment}
    with RunningExecutor(tmp_path, colony, "process"):
        async with colony.client() as client:
            spec = specification(colony, "sh", "-c", "echo begin; sleep 60", channels=["exec"])
            process_id = (await client.submit(spec)).process_id
            await until_logged(client, process_id, "begin")
            screen, terminal = pty.openpty()
            try:
                before = termios.tcgetattr(terminal)
                # Whoever runs the tests under nohup has them inherit that the signal is ignored.
                command = ["env", "--default-signal=HUP,TERM", str(PROGRAM), "exec", process_id]
                with subprocess.Popen(
                    command, stdin=terminal, stdout=terminal, stderr=terminal, env=environment
                ) as program:
                    await until_logged(client, process_id, "opened a session")
                    async with asyncio.timeout(_UNTIL_SECONDS):
                        while termios.tcgetattr(terminal) == before:
                            await asyncio.sleep(0.05)
                    program.send_signal(number)
                    assert await asyncio.to_thread(program.wait, _UNTIL_SECONDS) == -number
                assert termios.tcgetattr(terminal) == before
            finally:
                os.close(screen)
                os.close(terminal)
            await until_logged(client, process_id, "(it was closed)")
            assert "opened a session (sh)" in await whole_log(client, process_id)
            await client.cancel(process_id)
