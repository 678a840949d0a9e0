import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from colonytui.logs.buffer import LogBuffer, LogLine
from colonytui.widgets.log_gutter import LogGutter, Times
from colonytui.widgets.log_rows import RowMap, row_starts, rows_of


class TestWrapping:
    @pytest.mark.parametrize(
        ("text", "rows"), [("", 1), ("x", 1), ("x" * 10, 1), ("x" * 11, 2), ("界" * 5, 1), ("界" * 6, 2)]
    )
    def test_rows_of_a_text(self, text: str, rows: int) -> None:
        assert rows_of(text, 10) == rows

    @given(st.text(alphabet="aé界\u0301🙂", max_size=60), st.integers(2, 12))
    def test_rows_are_full_and_never_too_wide(self, text: str, width: int) -> None:
        starts = row_starts(text, width)
        ends = [*starts[1:], cell_len(text)]
        assert all(end - start <= width for start, end in zip(starts, ends, strict=True))
        assert starts == sorted(set(starts))
        assert rows_of(text, width) == len(starts)


def plain_map(buffer: LogBuffer, width: int | None) -> list[tuple[int, int]]:
    """What every row should be, found the slow way."""
    counts = [
        (number, 1 if width is None else rows_of(buffer[number].raw, width))
        for number in range(buffer.first, buffer.end)
    ]
    return [(number, part) for number, count in counts for part in range(count)]


@pytest.mark.parametrize("width", [None, 7])
def test_rows_follow_every_change(width: int | None) -> None:
    chance = random.Random(3)
    buffer = LogBuffer(most_lines=40)
    rows = RowMap(buffer)
    rows.reset(width)
    for _ in range(60):
        buffer.append([LogLine("x" * chance.randrange(30), 1) for _ in range(chance.randrange(12))])
        rows.sync(range(buffer.first, buffer.end))
        expected = plain_map(buffer, width)
        assert rows.row_count == len(expected)
        assert [rows.locate(row) for row in range(len(expected))] == expected
        assert rows.locate(len(expected)) is None
        assert rows.locate(-1) is None
        for row, (number, part) in enumerate(expected):
            assert rows.row_of(number) + part == row


def test_only_some_lines_are_shown() -> None:
    buffer = LogBuffer()
    buffer.append([LogLine("x" * 10, number) for number in range(10)])
    rows = RowMap(buffer)
    rows.reset(5)
    rows.sync([2, 5])
    assert [rows.locate(row) for row in range(4)] == [(2, 0), (2, 1), (5, 0), (5, 1)]
    assert rows.row_of(3) == 2


class TestGutter:
    def test_times_go_round(self) -> None:
        assert [Times.OFF.next, Times.LOCAL.next, Times.UTC.next, Times.AGE.next] == [
            Times.LOCAL, Times.UTC, Times.AGE, Times.OFF
        ]  # fmt: skip

    def test_room_for_more_digits(self) -> None:
        gutter = LogGutter()
        gutter.numbers = True
        before = gutter.width
        assert not gutter.make_room(9_998)
        assert gutter.make_room(10_000)
        assert gutter.width == before + 1
