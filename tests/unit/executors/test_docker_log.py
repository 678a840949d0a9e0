"""Finding frames in a stream, and going on after any of them."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from colonyexecutors.runtimes.base import Stream
from colonyexecutors.runtimes.docker.log import Frame, FrameParser, LogCursor

SECOND = 10**9
START = 1_700_000_000 * SECOND


def encoded(number: int, text: bytes, stamp: str = "2023-11-14T22:13:20.000000001Z") -> bytes:
    body = stamp.encode() + b" " + text
    return bytes([number, 0, 0, 0]) + len(body).to_bytes(4, "big") + body


class TestFrameParser:
    def test_reads_stream_moment_and_data(self) -> None:
        frames = list(FrameParser().feed(encoded(1, b"out\n") + encoded(2, b"a b\n", "2023-11-14T22:13:21.5Z")))
        assert frames == [
            Frame(Stream.STDOUT, START + 1, b"out\n"),
            Frame(Stream.STDERR, START + 3 * SECOND // 2, b"a b\n"),
        ]

    @given(st.lists(st.binary(max_size=50), max_size=10), st.lists(st.integers(1, 40), max_size=200))
    def test_chunks_may_end_anywhere(self, texts: list[bytes], sizes: list[int]) -> None:
        data = b"".join(encoded(1, text) for text in texts)
        parser, start = FrameParser(), 0
        found: list[Frame] = []
        for size in [*sizes, len(data)]:
            found += parser.feed(data[start : start + size])
            start += size
        assert [frame.data for frame in found] == texts


def served(frames: Iterable[Frame], cursor: LogCursor) -> list[Frame]:
    """What the engine sends to somebody who goes on at a cursor, without what is skipped."""
    return [frame for frame in frames if frame.moment >= cursor.since][cursor.skip :]


class TestLogCursor:
    @given(
        st.lists(st.integers(0, 3 * SECOND), max_size=60),
        st.lists(st.integers(0, SECOND - 1), min_size=60, max_size=60),
        st.integers(0, 60),
    )
    def test_goes_on_exactly_where_it_stopped(self, steps: list[int], disorder: list[int], stop: int) -> None:
        moment, frames = START, []
        for index, step in enumerate(steps):
            moment += step
            frames.append(Frame(Stream.STDOUT, moment - disorder[index], f"{index}\n".encode()))
        cursor = LogCursor()
        before = [cursor.read(frame) for frame in frames[:stop]]
        again = LogCursor(str(cursor))
        after = [again.read(frame) for frame in served(frames, again)]
        assert before + after == [f"{index}\n" for index in range(len(frames))]

    def test_asks_for_little_of_a_long_log(self) -> None:
        cursor = LogCursor()
        for index in range(10_000):
            cursor.read(Frame(Stream.STDOUT, START + index * SECOND // 10, b"x\n"))
        cursor.advance()
        assert cursor.skip < 15
        assert cursor.since > START + 990 * SECOND

    def test_a_flood_within_a_moment_is_counted(self) -> None:
        frames = [Frame(Stream.STDOUT, START, f"{index}\n".encode()) for index in range(50_000)]
        cursor = LogCursor()
        for frame in frames[:40_000]:
            cursor.read(frame)
        again = LogCursor(str(cursor))
        assert served(frames, again)[0].data == b"40000\n"

    def test_characters_that_are_cut_between_pieces(self) -> None:
        data = "é世".encode()
        cursor = LogCursor()
        texts = []
        for index in range(len(data)):
            texts.append(cursor.read(Frame(Stream.STDOUT, START + index, data[index : index + 1])))
            cursor = LogCursor(str(cursor))
        assert "".join(texts) == "é世"

    def test_half_a_character_at_the_very_end(self) -> None:
        cursor = LogCursor()
        assert cursor.read(Frame(Stream.STDERR, START, b"a\xe4\xb8")) == "a"
        assert list(cursor.rest()) == [(Stream.STDERR, "\ufffd")]
        assert list(cursor.rest()) == []
