"""A real server, a colony of its own for every test, and a worker that does what the test says."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from colonysdk.client import ColonyClient
from colonysdk.objects import Process
from tests.support.command_line import CommandLine
from tests.support.server import ColonyKeys

Work = Callable[[ColonyClient, Process], Awaitable[None]]


@pytest.fixture
def command_line(colony: ColonyKeys) -> CommandLine:
    return CommandLine.of_colony(colony)


@pytest.fixture
def spec_file(tmp_path: Path) -> Path:
    """A specification that every worker takes."""
    return write_spec(tmp_path / "spec.json")


def write_spec(path: Path, **fields: Any) -> Path:
    """Write a container job with other fields than the usual ones."""
    spec = {
        "funcname": "execute",
        "kwargs": {"cmd": "echo", "docker-image": "busybox:latest", "args": ["hello"]},
        "conditions": {"executortype": "container-executor"},
    }
    path.write_text(json.dumps(spec | fields))
    return path


@asynccontextmanager
async def working(colony: ColonyKeys, work: Work) -> AsyncIterator[None]:
    """Take every process of the colony and do the work on it, for the length of the block."""

    async def take_all() -> None:
        async with colony.client(colony.executor) as client:
            while True:
                process = await client.assign(10)
                if process is not None:
                    await work(client, process)

    taking = asyncio.create_task(take_all())
    try:
        yield
    finally:
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)


async def run(command_line: CommandLine, *arguments: str | Path, stdin: bytes = b"") -> Any:
    """Run a command while the worker works."""
    return await asyncio.to_thread(command_line.run, *arguments, stdin=stdin)
