"""A program for durability tests: works on a database and kills itself in the middle of acknowledging.

`python -m tests.support.killed_core DIRECTORY COUNT MODE` submits, assigns, closes and logs from many callers, writes a
line to stdout for each acknowledgement, and ends itself with SIGKILL at the COUNT-th one, inside the acknowledgement
path. With the mode "early" acknowledgements are written before the work is committed: the control that must be caught.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from tests.support.core import Core, caller, open_core

T = TypeVar("T")

_CALLERS = 8


class Acknowledgements:
    """Counts what was acknowledged, and ends the program in the middle of it."""

    def __init__(self, kill_at: int, *, is_early: bool) -> None:
        self._left = kill_at
        self._is_early = is_early

    async def of(self, work: Awaitable[T], *line: str) -> T:
        """Do the work and acknowledge it; lines that need the result are written by `write`."""
        if self._is_early:
            task = asyncio.ensure_future(work)
            await asyncio.sleep(0)
            self.write(*line)
            return await task
        result = await work
        self.write(*line)
        return result

    def write(self, *line: str) -> None:
        """One write call for a line: what the parent has read was acknowledged."""
        os.write(1, f"{' '.join(line)}\n".encode())
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


async def _work(core: Core, acknowledge: Acknowledgements, number: int) -> None:
    turn = 0
    while True:
        turn += 1
        name = f"{number}-{turn}"
        await acknowledge.of(core.submit(func_name=name, env={"NAME": name}), "submitted", name)
        process = await core.assign("one")
        acknowledge.write("assigned", process.process_id)
        log = core.lifecycle.logs.add(caller("one"), process.process_id, name)
        await acknowledge.of(log, "logged", process.process_id, name)
        await acknowledge.of(core.succeed(process, "one", [name]), "closed", process.process_id, name)


async def _main(directory: Path, kill_at: int, mode: str) -> None:
    async with open_core(directory) as core:
        acknowledge = Acknowledgements(kill_at, is_early=mode == "early")
        await asyncio.gather(*(_work(core, acknowledge, number) for number in range(_CALLERS)))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
