"""Commands beside a plain process: in its directory, with its environment, in a session of their own."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import suppress

from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes import linux
from colonyexecutors.runtimes.base import Stream
from colonyexecutors.runtimes.live import GRACE_SECONDS
from colonyexecutors.runtimes.marked import VARIABLE, signal_marked
from colonyexecutors.runtimes.session import Session, not_started
from colonyexecutors.runtimes.spawning import Spawned, set_size, spawn_in_terminal, spawn_with_pipes
from colonysdk.exec import Command

_END_OF_FILE = b"\x04"


class ProcessCommand:
    """A command beside the program of a session; made by `begin`."""

    def __init__(self, program: Session, mark: str, spawned: Spawned) -> None:
        self._program = program
        self._mark = mark
        self._child = spawned.child
        self._input = spawned.input
        self._outputs = spawned.outputs
        self._is_terminal = spawned.input in spawned.outputs.values()
        # It counts as a part of the program: for its memory limit, its usage and its end.
        program.guests.add(self._child.pid)

    @classmethod
    async def begin(cls, program: Session, command: Command, mark: str) -> "ProcessCommand":
        """Start a command; raises StartFailed when the program has ended, and when the system refuses."""
        environment = linux.environment_of(program.pid)
        if program.ended.is_set() or not environment:
            raise StartFailed("not_running", "the program has ended")
        environment[VARIABLE] = mark
        place = linux.directory_of(program.pid) or program.directory
        try:
            if command.terminal is not None:
                spawned = await spawn_in_terminal(command.argv, command.terminal, environment, place)
            else:
                spawned = await spawn_with_pipes(command.argv, environment, place)
        except OSError as error:
            raise not_started(error) from error
        return cls(program, mark, spawned)

    async def write(self, data: bytes) -> None:
        """Write to its stdin or terminal."""
        await self._input.write(data)

    async def end_input(self) -> None:
        """Close its stdin, or type the character that means the same."""
        if self._is_terminal:
            await self._input.write(_END_OF_FILE)
        else:
            self._input.close()

    async def resize(self, columns: int, rows: int) -> None:
        """Tell its terminal, which tells the programs in it."""
        if self._is_terminal:
            set_size(self._input.number, columns, rows)

    async def output(self) -> AsyncGenerator[tuple[Stream, bytes], None]:
        """Read until nobody is left who could write: what outlives the command is ended after a moment."""
        pieces: asyncio.Queue[tuple[Stream, bytes]] = asyncio.Queue(1)
        tasks = [asyncio.create_task(self._read(stream, pieces)) for stream in self._outputs]
        unread = len(tasks)
        tasks.append(asyncio.create_task(self._end_what_lingers()))
        try:
            while unread:
                stream, data = await pieces.get()
                if data:
                    yield stream, data
                else:
                    unread -= 1
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def exit_code(self) -> int:
        """Wait for it; 128 and more for a signal."""
        code = await self._child.wait()
        return code if code >= 0 else 128 - code

    async def end(self) -> None:
        """Hang up, then kill, and close what is open."""
        if self._child.returncode is None:
            self._signal(signal.SIGHUP)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._child.wait(), GRACE_SECONDS)
        self._signal(signal.SIGKILL)
        await self._child.wait()
        self._program.guests.discard(self._child.pid)
        for descriptor in {self._input, *self._outputs.values()}:
            descriptor.close()

    async def _read(self, stream: Stream, pieces: asyncio.Queue[tuple[Stream, bytes]]) -> None:
        data = b"more"
        while data:
            data = await self._outputs[stream].read()
            await pieces.put((stream, data))

    async def _end_what_lingers(self) -> None:
        await self._child.wait()
        await asyncio.sleep(GRACE_SECONDS)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        """Signal everything that the command has started; its leader may be gone, and its number somebody else's."""
        if self._child.returncode is None:
            linux.signal_session(self._child.pid, number)
        signal_marked(self._mark, number)
