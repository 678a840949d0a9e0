import random

import pytest

from colonytui.logs.buffer import GapLine, LogBuffer, LogLine, MarkerLine


def lines(start: int, stop: int) -> list[LogLine]:
    return [LogLine(f"line {number}", number) for number in range(start, stop)]


def texts(buffer: LogBuffer) -> list[str]:
    return [line.raw for line in buffer.slice(buffer.first, buffer.end)]


class TestBounds:
    def test_oldest_lines_are_dropped_and_numbers_stay(self) -> None:
        buffer = LogBuffer(most_lines=5)
        buffer.append(lines(0, 4))
        buffer.append(lines(4, 8))
        assert (buffer.first, buffer.end) == (3, 8)
        assert buffer[3].raw == "line 3"
        assert buffer[7].raw == "line 7"

    def test_long_lines_count_by_their_characters(self) -> None:
        buffer = LogBuffer(most_characters=100)
        buffer.append([LogLine("x" * 60, 1), LogLine("y" * 60, 2)])
        assert texts(buffer) == ["y" * 60]

    def test_a_single_line_is_never_dropped(self) -> None:
        buffer = LogBuffer(most_characters=10)
        buffer.append([LogLine("x" * 60, 1)])
        assert len(buffer) == 1

    def test_bulk_larger_than_the_bound(self) -> None:
        buffer = LogBuffer(most_lines=10)
        buffer.append(lines(0, 1000))
        assert (buffer.first, buffer.end) == (990, 1000)


class TestGaps:
    def test_gap_is_filled_from_its_old_end(self) -> None:
        buffer = LogBuffer()
        gap = GapLine(0, 10)
        buffer.append([gap, *lines(10, 12)])
        rest = GapLine(4, 10)
        buffer.fill(gap, lines(0, 5), rest)
        assert buffer.gaps() == [rest]
        buffer.fill(rest, lines(5, 10), None)
        assert texts(buffer) == [f"line {number}" for number in range(12)]

    def test_filling_a_gap_twice_adds_nothing(self) -> None:
        buffer = LogBuffer()
        gap = GapLine(0, 3)
        buffer.append([gap, *lines(3, 4)])
        buffer.fill(gap, lines(0, 3), None)
        buffer.fill(gap, lines(0, 3), None)
        assert len(buffer) == 4

    def test_gap_says_what_to_press(self) -> None:
        assert "enter to load" in GapLine(0, 1_700_000_000_000_000_000).raw


class TestTime:
    @pytest.mark.parametrize(("moment", "number"), [(0, 0), (5, 5), (99, 10)])
    def test_first_line_since(self, moment: int, number: int) -> None:
        buffer = LogBuffer()
        buffer.append(lines(0, 10))
        assert buffer.first_since(moment) == number


class Recorder:
    def __init__(self, buffer: LogBuffer) -> None:
        self.copy: list[str] = []
        self.first = 0
        self.buffer = buffer
        buffer.watchers.append(self)

    def lines_spliced(self, at: int, removed: int, inserted: int) -> None:
        index = at - self.first
        new = [line.raw for line in self.buffer.slice(at, at + inserted)]
        self.copy[index : index + removed] = new

    def lines_dropped(self, first: int) -> None:
        del self.copy[: first - self.first]
        self.first = first


def test_watchers_can_follow_every_change() -> None:
    buffer = LogBuffer(most_lines=50)
    recorder = Recorder(buffer)
    chance = random.Random(1)
    moment = 0
    for _ in range(200):
        match chance.randrange(4):
            case 0:
                buffer.append([MarkerLine(moment)])
            case 1:
                buffer.append([GapLine(moment, moment + 3)])
            case 2 if gaps := buffer.gaps():
                gap = chance.choice(gaps)
                buffer.fill(
                    gap, lines(gap.timestamp, gap.until), chance.choice([None, GapLine(gap.timestamp + 1, gap.until)])
                )
            case _:
                buffer.append(lines(moment, moment + chance.randrange(12)))
        moment += 10
        assert recorder.copy == texts(buffer)
