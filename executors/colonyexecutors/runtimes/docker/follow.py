"""Following the log of a container: nothing lost and nothing twice, whatever the connection does."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from functools import partial

from docker.types import CancellableStream

from colonyexecutors.errors import OutputUnreadable, RuntimeUnavailable
from colonyexecutors.runtimes.base import Exit, Output, Stream
from colonyexecutors.runtimes.docker.engine import Engine, interrupt
from colonyexecutors.runtimes.docker.errors import init_failure
from colonyexecutors.runtimes.docker.log import Frame, FrameParser, LogCursor
from colonyexecutors.runtimes.feed import ThreadFeed

NOT_EXECUTED = (126, 127)
"""The exit codes of the init process when the program cannot be executed."""

_OK, _NOT_FOUND = 200, 404
_NANOSECONDS = 10**9
_REOPEN_SECONDS = 0.1


class LogFollower:
    """Reads one container's log; `exit_code` tells whether and how the container has ended."""

    def __init__(self, engine: Engine, container_id: str, exit_code: Callable[[], Awaitable[Exit | None]]) -> None:
        self._engine = engine
        self._container_id = container_id
        self._exit_code = exit_code
        self._stream: CancellableStream[bytes] | None = None

    async def read(self, after: str) -> AsyncGenerator[Output, None]:
        """Yield everything after a position, until the container has ended and all of its log was read.

        What the init process says about a program that it cannot execute is left out: it is not the program's output.
        """
        cursor = LogCursor(after)
        held = ""
        first = not after
        ended: Exit | None = None
        while ended is None:
            try:
                # Looked up before reading: what is logged between the two is read in the last round.
                ended = await self._exit_code()
                async with aclosing(self._frames(cursor, follow=ended is None)) as frames:
                    async for frame in frames:
                        text = cursor.read(frame)
                        if first and frame.stream is Stream.STDERR and init_failure(text):
                            held = text
                        else:
                            if held:
                                yield Output(Stream.STDERR, held, str(cursor))
                                held = ""
                            yield Output(frame.stream, text, str(cursor))
                        first = False
            except RuntimeUnavailable:
                ended = None
            if ended is None:
                # The container is about to end, or the connection broke.
                await asyncio.sleep(_REOPEN_SECONDS)
        if held and ended.code not in NOT_EXECUTED:
            yield Output(Stream.STDERR, held, str(cursor))
        for stream, text in cursor.rest():
            yield Output(stream, text, str(cursor))

    def end(self) -> None:
        """End the connection that follows: the engine sometimes keeps it open after the container has ended."""
        if self._stream is not None:
            interrupt(self._stream)

    async def _frames(self, cursor: LogCursor, *, follow: bool) -> AsyncGenerator[Frame, None]:
        cursor.advance()
        known = cursor.skip
        stream = await self._engine.call(self._open, cursor.since, follow)
        if stream is None:
            return
        self._stream = stream
        async with aclosing(ThreadFeed(_parse(stream), partial(interrupt, stream)).items()) as feed:
            async for frames in feed:
                for frame in frames:
                    if known:
                        known -= 1
                    else:
                        yield frame
        self._stream = None

    def _open(self, since: int, follow: bool) -> "CancellableStream[bytes] | None":
        api = self._engine.api
        response = api.get(
            f"{api.base_url}/v{api.api_version}/containers/{self._container_id}/logs",
            params={
                "stdout": "1",
                "stderr": "1",
                "timestamps": "1",
                "follow": "1" if follow else "0",
                "since": f"{since // _NANOSECONDS}.{since % _NANOSECONDS:09}",
            },
            stream=True,
            timeout=None,
        )
        if response.status_code == _NOT_FOUND:
            return None
        if response.status_code != _OK:
            raise OutputUnreadable(f"the Docker daemon cannot read the log: {response.text.strip()}")
        return CancellableStream(response.iter_content(chunk_size=None), response)


def _parse(stream: Iterator[bytes]) -> Iterator[list[Frame]]:
    parser = FrameParser()
    for chunk in stream:
        frames = list(parser.feed(chunk))
        if frames:
            yield frames
