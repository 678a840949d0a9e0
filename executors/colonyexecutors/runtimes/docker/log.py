"""The log of a container as the Docker Engine sends it: frames with time stamps, and going on after any of them.

A frame holds one line, or a piece of 16 KiB of a longer one. The engine can send what was logged since a moment; since
several frames may share one moment and neighbours may be out of order, a position is a moment shortly before the last
frame and the number of frames to skip from there.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from colonyexecutors.runtimes.base import Stream
from colonyexecutors.runtimes.characters import to_text, whole_characters

_HEADER_BYTES = 8
_NANOSECONDS = 10**9
_DISORDER_NANOSECONDS = _NANOSECONDS
"""By how much a frame may be older than one before it: the engine reads the two streams of a program separately."""
_MAX_RECENT = 16_384
_STREAMS = {1: Stream.STDOUT, 2: Stream.STDERR}


@dataclass(frozen=True)
class Frame:
    """What was logged at once; `moment` in Unix nanoseconds."""

    stream: Stream
    moment: int
    data: bytes


class FrameParser:
    """Finds the frames in a stream of bytes that arrives in arbitrary chunks."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Frame]:
        """Yield the frames that are complete with this chunk."""
        self._rest += chunk
        start = 0
        while len(self._rest) - start >= _HEADER_BYTES:
            length = int.from_bytes(self._rest[start + 4 : start + _HEADER_BYTES], "big")
            end = start + _HEADER_BYTES + length
            if len(self._rest) < end:
                break
            moment, _, data = bytes(self._rest[start + _HEADER_BYTES : end]).partition(b" ")
            yield Frame(_STREAMS[self._rest[start]], _nanoseconds(moment.decode("ascii")), data)
            start = end
        del self._rest[:start]


class LogCursor:
    """How far a log was read, and the bytes of a character whose end has not come yet."""

    def __init__(self, position: str = "") -> None:
        since, skip, newest, *cut = (position or "0:0:0::").split(":")
        self.since = int(since)
        self.skip = int(skip)
        self._newest = int(newest)
        self._cut = {stream: bytes.fromhex(text) for stream, text in zip(Stream, cut, strict=True)}
        # What was read and is not in `recent` is not newer than `forgotten`.
        self._forgotten = self._newest
        self._recent: deque[int] = deque()

    def read(self, frame: Frame) -> str:
        """Pass a frame and return its text, without a character that is cut by the end of a piece."""
        self._newest = max(self._newest, frame.moment)
        self.skip += frame.moment >= self.since
        self._recent.append(frame.moment)
        if len(self._recent) > _MAX_RECENT:
            self._forgotten = max(self._forgotten, self._recent.popleft())
        data = self._cut[frame.stream] + frame.data
        length = whole_characters(data)
        self._cut[frame.stream] = data[length:]
        return to_text(data[:length])

    def rest(self) -> Iterator[tuple[Stream, str]]:
        """What is left at the end of the log: parts of characters that never came whole."""
        for stream, data in self._cut.items():
            if data:
                self._cut[stream] = b""
                yield stream, to_text(data)

    def advance(self) -> None:
        """Move `since` up to shortly before the last frame, and count in `skip` what was read from there on."""
        candidate = self._newest - _DISORDER_NANOSECONDS
        while self._recent and self._recent[0] < candidate:
            self._forgotten = max(self._forgotten, self._recent.popleft())
        if candidate > max(self.since, self._forgotten):
            self.since = candidate
            self.skip = sum(moment >= candidate for moment in self._recent)

    def __str__(self) -> str:
        """The position to go on from."""
        self.advance()
        cut = ":".join(self._cut[stream].hex() for stream in Stream)
        return f"{self.since}:{self.skip}:{self._newest}:{cut}"


def _nanoseconds(moment: str) -> int:
    """RFC 3339 with nine digits of a second, as the engine writes it, in Unix nanoseconds."""
    whole, _, fraction = moment.rstrip("Z").partition(".")
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return seconds * _NANOSECONDS + int(fraction.ljust(9, "0") or 0)
