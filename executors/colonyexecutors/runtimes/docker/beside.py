"""Commands beside the program of a container: exec instances with open streams."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

import structlog
from docker.errors import APIError

from colonyexecutors.errors import RuntimeUnavailable, StartFailed
from colonyexecutors.runtimes.base import Stream
from colonyexecutors.runtimes.docker.engine import Engine
from colonyexecutors.runtimes.docker.errors import start_failure
from colonyexecutors.runtimes.docker.follow import NOT_EXECUTED
from colonyexecutors.runtimes.docker.hijack import Streams, open_streams
from colonyexecutors.runtimes.docker.images import explanation
from colonyexecutors.runtimes.live import GRACE_SECONDS
from colonyexecutors.runtimes.marked import VARIABLE, signal_marked
from colonysdk.exec import Command

_CHUNK_BYTES = 64 * 1024
_HEADER_BYTES = 8
_STREAMS = {1: Stream.STDOUT, 2: Stream.STDERR}
_NOT_EXECUTED = b"OCI runtime exec failed"
_NOT_EXECUTABLE, _NOT_FOUND = 126, 127
_END_OF_FILE = b"\x04"
_LOOKS, _LOOK_SECONDS = 50, 0.1
_RESIZE_TRIES, _RESIZE_SECONDS = 10, 0.05
_SIGNAL_INSIDE = """
found=1
for place in /proc/[0-9]*; do
    grep -q "$1" "$place/environ" 2>/dev/null && kill -s "$2" "${place#/proc/}" && found=0
done
exit $found
"""
_SIGNALLED, _NONE_FOUND = 0, 1

_log = structlog.get_logger()


class ContainerCommand:
    """A command in a container; made by `begin`."""

    def __init__(
        self, engine: Engine, container_id: str, exec_id: str, command: Command, mark: str, streams: Streams
    ) -> None:
        self._engine = engine
        self._container_id = container_id
        self._exec_id = exec_id
        self._mark = mark
        self._reader, self._writer = streams
        self._program = command.argv[0]
        self._is_terminal = False
        self._code: int | None = None

    @classmethod
    async def begin(cls, engine: Engine, container_id: str, command: Command, mark: str) -> "ContainerCommand":
        """Start a command; raises StartFailed when the container does not run."""
        terminal = command.terminal
        environment = {VARIABLE: mark} | ({"TERM": terminal.kind} if terminal else {})
        try:
            created: Any = await engine.call(
                engine.api.exec_create,
                container_id,
                list(command.argv),
                stdin=True,
                tty=terminal is not None,
                environment=environment,
            )
        except APIError as error:
            raise StartFailed("not_running", f"the container does not run: {explanation(error)}") from error
        path = f"/v{engine.api.api_version}/exec/{created['Id']}/start"
        streams = await open_streams(path, {"Tty": terminal is not None, "Detach": False})
        started = cls(engine, container_id, created["Id"], command, mark, streams)
        if terminal is not None:
            started._is_terminal = True
            await started.resize(terminal.columns, terminal.rows)
        return started

    async def write(self, data: bytes) -> None:
        """Send to its stdin or terminal."""
        with suppress(OSError):  # it has ended
            self._writer.write(data)
            await self._writer.drain()

    async def end_input(self) -> None:
        """Close its stdin, or type the character that means the same."""
        if self._is_terminal:
            await self.write(_END_OF_FILE)
        elif self._writer.can_write_eof():
            with suppress(OSError):
                self._writer.write_eof()

    async def resize(self, columns: int, rows: int) -> None:
        """Let the engine tell its terminal; the engine may not have it yet."""
        for _ in range(_RESIZE_TRIES if self._is_terminal else 0):
            try:
                await self._engine.call(self._engine.api.exec_resize, self._exec_id, height=rows, width=columns)
            except APIError:
                await asyncio.sleep(_RESIZE_SECONDS)
            else:
                return

    async def output(self) -> AsyncGenerator[tuple[Stream, bytes], None]:
        """Read what the engine sends until it ends the connection; it says there, too, what it could not execute."""
        held: tuple[Stream, bytes] | None = None
        is_first = True
        async with aclosing(self._received()) as pieces:
            async for stream, data in pieces:
                if is_first and data.startswith(_NOT_EXECUTED):
                    held = stream, data
                else:
                    if held is not None:
                        yield held
                    held = None
                    yield stream, data
                is_first = False
        if held is not None:
            yield await self._explained(*held)

    async def _received(self) -> AsyncGenerator[tuple[Stream, bytes], None]:
        with suppress(OSError, asyncio.IncompleteReadError):
            while self._is_terminal and (data := await self._reader.read(_CHUNK_BYTES)):
                yield Stream.STDOUT, data
            while not self._is_terminal:
                header = await self._reader.readexactly(_HEADER_BYTES)
                size = int.from_bytes(header[4:])
                while size and (data := await self._reader.read(min(size, _CHUNK_BYTES))):
                    size -= len(data)
                    yield _STREAMS.get(header[0], Stream.STDOUT), data

    async def exit_code(self) -> int:
        """Ask the engine, which may need a moment to know."""
        if self._code is not None:
            return self._code
        for _ in range(_LOOKS):
            try:
                state = await self._engine.call(self._engine.api.exec_inspect, self._exec_id)
            except APIError as error:
                raise RuntimeUnavailable(f"the command's end is not known: {explanation(error)}") from error
            if not state["Running"] and state["ExitCode"] is not None:
                return int(state["ExitCode"])
            await asyncio.sleep(_LOOK_SECONDS)
        raise RuntimeUnavailable("the command's end is not known: the Docker daemon says that it runs")

    async def _explained(self, stream: Stream, data: bytes) -> tuple[Stream, bytes]:
        """The engine's words about a command that it could not execute, in ours and with the codes of a shell."""
        if await self.exit_code() not in NOT_EXECUTED:
            return stream, data
        failure = start_failure(self._program, data.decode(errors="replace"))
        self._code = _NOT_FOUND if failure.code == "command_not_found" else _NOT_EXECUTABLE
        sentence = f"colony: exec: {failure.sentence}".encode()
        return (stream, sentence + b"\r\n") if self._is_terminal else (Stream.STDERR, sentence + b"\n")

    async def end(self) -> None:
        """Hang up, then kill, and close the connection; the engine itself can end no command."""
        try:
            await end_marked(self._engine, self._container_id, self._mark)
        finally:
            self._writer.close()


async def end_marked(engine: Engine, container_id: str, mark: str) -> None:
    """End every process of a session in a container: from outside where this user may, else from inside."""
    if signal_marked(mark, signal.SIGHUP):
        await asyncio.sleep(GRACE_SECONDS)
        signal_marked(mark, signal.SIGKILL)
        return
    with suppress(APIError):  # the container has ended
        if await _signal_inside(engine, container_id, mark, "HUP"):
            await asyncio.sleep(GRACE_SECONDS)
            await _signal_inside(engine, container_id, mark, "KILL")


async def _signal_inside(engine: Engine, container_id: str, mark: str, number: str) -> bool:
    """Whether there was something to signal."""
    argv = ["sh", "-c", _SIGNAL_INSIDE, "sh", f"{VARIABLE}={mark}", number]
    created: Any = await engine.call(engine.api.exec_create, container_id, argv)
    await engine.call(engine.api.exec_start, created["Id"])
    code = (await engine.call(engine.api.exec_inspect, created["Id"]))["ExitCode"]
    if code not in (_SIGNALLED, _NONE_FOUND):
        _log.warning("what a session left cannot be ended: its image has no shell", container=container_id)
    return bool(code == _SIGNALLED)
