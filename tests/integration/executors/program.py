"""A real `colony-executor` for tests: its own process, state directory and key, stopped without leaving anything."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from colonysdk.client import ColonyClient
from colonysdk.objects import Conditions, FunctionSpec, Process
from tests.support.server import ColonyKeys

_START_SECONDS = 30.0
_STOP_SECONDS = 30.0
_SIGNAL_AGAIN_SECONDS = 0.1
_PROGRAM = Path(sys.executable).with_name("colony-executor")
IMAGE = "busybox:latest"


@dataclass
class RunningExecutor:
    """`colony-executor` for a colony on a running server; with the colony's key it registers itself.

    `run_by` is a program, with its arguments, that starts it.
    """

    directory: Path
    colony: ColonyKeys
    runtime: str
    name: str = "runner"
    options: Sequence[str] = ()
    environment: dict[str, str] = field(default_factory=dict)
    registers_itself: bool = True
    run_by: Sequence[str] = ()
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop hard, so that the programs end, too."""
        if self._process is None or self._process.poll() is not None:
            return
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            # The second one stops hard; two that come at once may arrive as one.
            self._process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_SIGNAL_AGAIN_SECONDS)
                return
        self.kill()

    @property
    def log(self) -> str:
        """Everything the executor wrote to stderr, over all its starts."""
        return (self.directory / "executor.log").read_text()

    @property
    def ready_file(self) -> Path:
        """What the executor writes once it works."""
        return self.directory / "executor.json"

    def start(self, *, wait: bool = True) -> None:
        """Start the executor and wait until it works."""
        key_file = self.directory / "colony.key"
        if not key_file.exists():
            self.colony.owner.write(key_file)
        host, _, port = self.colony.url.removeprefix("http://").rpartition(":")
        command = [
            *self.run_by,
            str(_PROGRAM),
            self.runtime,
            "--host",
            host,
            "--port",
            port,
            "--colony",
            self.colony.name,
        ]
        command += ["--name", self.name, "--type", self.colony.executor_type]
        command += ["--colony-key-file", str(key_file)] if self.registers_itself else []
        command += ["--state-dir", str(self.directory / "state"), "--ready-file", str(self.ready_file), *self.options]
        self.ready_file.unlink(missing_ok=True)
        with (self.directory / "executor.log").open("ab") as log:
            # Compiling all modules at every start takes longer than most tests.
            inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
            # The executors of tests that run beside this one must not count.
            alone = {"EXECUTOR_MACHINE_DIR": str(self.directory / "machine")}
            self._process = subprocess.Popen(
                command,
                env={**inherited, **alone, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until the executor works."""
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        while not self.ready_file.exists():
            if self._process.poll() is not None:
                raise AssertionError(f"colony-executor ended with {self._process.returncode}:\n{self.log}")
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"colony-executor was not ready after {_START_SECONDS:.0f} s:\n{self.log}")
            time.sleep(0.01)

    def introduction(self) -> dict[str, Any]:
        """What the ready file says."""
        content: dict[str, Any] = json.loads(self.ready_file.read_text())
        return content

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """Kill the executor, and only it, as the kernel would when memory is short."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    async def wait(self) -> int:
        """Wait until the executor has ended by itself; its exit code."""
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, _STOP_SECONDS)


def specification(colony: ColonyKeys, cmd: str, *args: str, **fields: Any) -> FunctionSpec:
    """A job for the colony's executors; `conditions` in `fields` may hold more conditions."""
    conditions = fields.pop("conditions", {})
    kwargs: dict[str, Any] = {"cmd": cmd, "docker-image": IMAGE, **fields.pop("kwargs", {})}
    if args:
        kwargs["args"] = list(args)
    known: dict[str, Any] = {"func_name": "execute", "max_wait_time": -1, "max_exec_time": -1, "kwargs": kwargs}
    return FunctionSpec(
        **(known | fields),
        conditions=Conditions(colony_name=colony.name, executor_type=colony.executor_type, **conditions),
    )


async def until_final(client: ColonyClient, process_id: str, seconds: float = 30.0) -> Process:
    """Wait until a process has ended."""
    async with asyncio.timeout(seconds), aclosing(client.events()) as frames:
        # The first frame comes at once.
        async for _ in frames:
            process = await client.process(process_id)
            if process.state.is_final:
                return process
    raise AssertionError(f"the server ended the subscription while process {process_id} went on")


async def until_logged(client: ColonyClient, process_id: str, text: str, seconds: float = 30.0) -> None:
    """Wait until something is in a process's log."""
    async with asyncio.timeout(seconds):
        while text not in await whole_log(client, process_id):
            await asyncio.sleep(0.05)


async def whole_log(client: ColonyClient, process_id: str) -> str:
    """Everything in a process's log."""
    text, since = "", 0
    while True:
        page = await client.logs(process_id, since=since)
        if not page:
            return text
        text += "".join(log.message for log in page)
        since = page[-1].timestamp
