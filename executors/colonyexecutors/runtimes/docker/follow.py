"""Following the log of a container: nothing lost and nothing twice, whatever the connection does."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing

from docker.errors import APIError, NotFound

from colonyexecutors.errors import OutputUnreadable, RuntimeUnavailable
from colonyexecutors.runtimes.base import Exit, Output, Stream
from colonyexecutors.runtimes.characters import to_text
from colonyexecutors.runtimes.docker.engine import Engine
from colonyexecutors.runtimes.docker.errors import init_failure
from colonyexecutors.runtimes.docker.log import Frame, FrameParser, LogCursor
from colonyexecutors.runtimes.docker.stream import EngineStream, open_stream
from colonyexecutors.runtimes.feed import ThreadFeed

NOT_EXECUTED = (126, 127)
"""The exit codes of the init process when the program cannot be executed."""

_NANOSECONDS = 10**9
_REOPEN_SECONDS = 0.1
_OUTPUT_CHARACTERS = 16 * 1024


class LogFollower:
    """Reads one container's log; `exit_code` tells whether and how the container has ended."""

    def __init__(self, engine: Engine, container_id: str, exit_code: Callable[[], Awaitable[Exit | None]]) -> None:
        self._engine = engine
        self._path = f"containers/{container_id}/logs"
        self._exit_code = exit_code
        self._stream: EngineStream | None = None

    async def read(self, after: str) -> AsyncGenerator[Output, None]:
        """Yield everything after a position, until the container has ended and all of its log was read.

        What the init process says about a program that it cannot execute is left out: it is not the program's output.
        """
        cursor = LogCursor(after)
        held: list[Frame] = []
        first = not after
        ended: Exit | None = None
        while ended is None:
            try:
                # Looked up before reading: what is logged between the two is read in the last round.
                ended = await self._exit_code()
                async with aclosing(self._batches(cursor, follow=ended is None)) as batches:
                    async for frames in batches:
                        if first and _only_init_failure(frames):
                            held = frames
                        else:
                            for output in _outputs(cursor, [*held, *frames]):
                                yield output
                            held = []
                        first = False
            except RuntimeUnavailable:
                ended = None
            if ended is None:
                # The container is about to end, or the connection broke.
                await asyncio.sleep(_REOPEN_SECONDS)
        if ended.code not in NOT_EXECUTED:
            for output in _outputs(cursor, held):
                yield output
        for stream, text in cursor.rest():
            yield Output(stream, text, str(cursor))

    def end(self) -> None:
        """End the connection that follows: the engine sometimes keeps it open after the container has ended."""
        if self._stream is not None:
            self._stream.interrupt()

    async def _batches(self, cursor: LogCursor, *, follow: bool) -> AsyncGenerator[list[Frame], None]:
        cursor.advance()
        known = cursor.skip
        try:
            stream = await self._engine.call(open_stream, self._engine.api, self._path, _parameters(cursor, follow))
        except NotFound:
            return
        except APIError as error:
            raise OutputUnreadable(f"the Docker daemon cannot read the log: {error.explanation}") from error
        # Only what has no end of its own may be ended: the last reading must be complete.
        self._stream = stream if follow else None
        async with aclosing(ThreadFeed(_parse(stream), stream.interrupt).batches()) as batches:
            async for frames in batches:
                if known < len(frames):
                    yield frames[known:]
                known = max(known - len(frames), 0)
        self._stream = None


def _parameters(cursor: LogCursor, follow: bool) -> dict[str, str]:
    return {
        "stdout": "1",
        "stderr": "1",
        "timestamps": "1",
        "follow": "1" if follow else "0",
        "since": f"{cursor.since // _NANOSECONDS}.{cursor.since % _NANOSECONDS:09}",
    }


def _parse(stream: EngineStream) -> Iterator[Frame]:
    parser = FrameParser()
    for chunk in stream:
        yield from parser.feed(chunk)


def _outputs(cursor: LogCursor, frames: list[Frame]) -> Iterator[Output]:
    """Read frames, neighbours of one stream together."""
    texts: list[str] = []
    size = 0
    for previous, frame in zip([None, *frames], frames, strict=False):
        if previous is not None and (frame.stream is not previous.stream or size >= _OUTPUT_CHARACTERS):
            yield Output(previous.stream, "".join(texts), str(cursor))
            texts, size = [], 0
        texts.append(cursor.read(frame))
        size += len(texts[-1])
    if frames:
        yield Output(frames[-1].stream, "".join(texts), str(cursor))


def _only_init_failure(frames: list[Frame]) -> bool:
    """Whether all that was logged is what the init process says about a program that it cannot execute."""
    frame = frames[0]
    return len(frames) == 1 and frame.stream is Stream.STDERR and init_failure(to_text(frame.data)) is not None
