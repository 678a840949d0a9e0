import random

import pytest

from colonytui.logs.buffer import GapLine, LogBuffer, LogLine
from colonytui.logs.search import InvalidPatternError, LinePattern, MatchIndex

A_WHILE = 1e9


def filled(*texts: str) -> LogBuffer:
    buffer = LogBuffer()
    buffer.append([LogLine(text, number) for number, text in enumerate(texts)])
    return buffer


def pattern(typed: str, *, is_regex: bool = False, match_case: bool = False) -> LinePattern:
    parsed = LinePattern.parse(typed, is_regex=is_regex, match_case=match_case)
    assert parsed is not None
    return parsed


def matches(typed: str, *texts: str, is_regex: bool = False, match_case: bool = False) -> list[int]:
    index = MatchIndex(filled(*texts), pattern(typed, is_regex=is_regex, match_case=match_case))
    assert index.scan(A_WHILE)
    return index.numbers


class TestPattern:
    def test_small_letters_match_any_case(self) -> None:
        assert matches("error", "Error", "no", "ERROR") == [0, 2]

    def test_a_capital_makes_case_count(self) -> None:
        assert matches("Error", "Error", "error") == [0]

    def test_case_can_be_forced(self) -> None:
        assert matches("error", "Error", "error", match_case=True) == [1]

    def test_exclamation_mark_inverts(self) -> None:
        assert matches("!debug", "debug 1", "info", "debug 2") == [1]

    def test_text_is_taken_literally(self) -> None:
        assert matches("a.c(", "abc(", "a.c(") == [1]

    def test_regular_expression(self) -> None:
        assert matches("err|warn", "error", "ok", "Warning", is_regex=True) == [0, 2]

    def test_colour_codes_are_not_searched(self) -> None:
        assert matches("31", "\x1b[31mred\x1b[0m", "31") == [1]
        assert matches("redder", "\x1b[31mred\x1b[0mder") == [0]

    @pytest.mark.parametrize("typed", ["", "!"])
    def test_nothing_typed_is_no_pattern(self, typed: str) -> None:
        assert LinePattern.parse(typed) is None

    def test_broken_regular_expression_says_where(self) -> None:
        with pytest.raises(InvalidPatternError, match=r"not a regular expression: .*position 0"):
            LinePattern.parse("(", is_regex=True)


class TestIndex:
    def test_backlog_is_worked_off_in_slices(self) -> None:
        buffer = filled(*[f"line {number}" for number in range(1000)])
        ticks = iter(range(100))
        index = MatchIndex(buffer, pattern("line"), clock=lambda: float(next(ticks)))
        assert not index.scan(1.5)
        assert 0 < len(index.numbers) < 1000
        while not index.scan(1.5):
            pass
        assert index.numbers == list(range(1000))

    def test_new_lines_are_indexed_at_once(self) -> None:
        buffer = filled("a", "b")
        index = MatchIndex(buffer, pattern("a"))
        index.scan(A_WHILE)
        buffer.append([LogLine("another", 5)])
        assert index.numbers == [0, 2]
        assert index.is_complete

    def test_closed_index_no_longer_listens(self) -> None:
        buffer = filled("a")
        index = MatchIndex(buffer, pattern("a"))
        index.close()
        buffer.append([LogLine("a", 2)])
        assert index.numbers == []

    def test_next_and_previous_wrap_around(self) -> None:
        index = MatchIndex(filled("x", "a", "x", "a"), pattern("a"))
        index.scan(A_WHILE)
        assert (index.after(0), index.after(1), index.after(3)) == (1, 3, 1)
        assert (index.before(3), index.before(1)) == (1, 3)

    def test_no_match_leads_nowhere(self) -> None:
        index = MatchIndex(filled("x"), pattern("a"))
        index.scan(A_WHILE)
        assert index.after(0) is None
        assert index.before(0) is None

    def test_spans_for_highlighting(self) -> None:
        assert MatchIndex(filled(), pattern("ab")).spans("ab cab") == [(0, 2), (4, 6)]
        assert MatchIndex(filled(), pattern("!ab")).spans("ab") == []

    def test_index_equals_a_fresh_one_after_any_changes(self) -> None:
        chance = random.Random(7)
        for _ in range(20):
            buffer = LogBuffer(most_lines=60)
            buffer.append([LogLine(chance.choice("ab"), 1) for _ in range(chance.randrange(30))])
            index = MatchIndex(buffer, pattern("a"), clock=lambda: chance.random())
            for moment in range(2, 60, 2):
                match chance.randrange(5):
                    case 0:
                        buffer.append([GapLine(moment, moment + 1)])
                    case 1 if gaps := buffer.gaps():
                        gap = chance.choice(gaps)
                        inserted = [LogLine(chance.choice("ab"), gap.timestamp) for _ in range(chance.randrange(9))]
                        buffer.fill(gap, inserted, chance.choice([None, GapLine(gap.timestamp, gap.until)]))
                    case 2:
                        index.scan(0.5)
                    case _:
                        buffer.append([LogLine(chance.choice("ab"), moment) for _ in range(chance.randrange(20))])
            while not index.scan(1.0):
                pass
            fresh = MatchIndex(buffer, pattern("a"))
            fresh.scan(A_WHILE)
            assert index.numbers == fresh.numbers


def test_an_expression_that_takes_for_ever_is_given_up() -> None:
    buffer = filled("a" * 40 + "b")
    index = MatchIndex(buffer, pattern("(a+)+c", is_regex=True))
    assert index.scan(A_WHILE)
    assert index.is_given_up
    assert index.numbers == []
    assert index.spans("a" * 40 + "b") == []
