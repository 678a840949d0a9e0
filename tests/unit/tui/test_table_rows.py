"""Cursor, marks and order while rows come and go."""

from hypothesis import given
from hypothesis import strategies as st

from colonytui.tables.columns import Column
from colonytui.tables.row_order import RowOrder
from colonytui.tables.rows import TableRows
from colonytui.terminal.tones import Cell

COLUMNS = [Column[str]("name", "Name", 5, lambda row: Cell(row), lambda row: row)]


def rows_of(*names: str) -> TableRows[str]:
    rows = TableRows[str](lambda row: row, set())
    rows.replace(names, COLUMNS)
    return rows


class TestCursor:
    def test_stays_on_its_row(self) -> None:
        rows = rows_of("a", "b", "c")
        rows.move(1)
        assert rows.replace(["x", "y", "a", "b", "c"], COLUMNS) == 2
        assert rows.cursor_row == "b"

    def test_stays_in_its_place_when_the_row_is_gone(self) -> None:
        rows = rows_of("a", "b", "c")
        rows.move(1)
        assert rows.replace(["a", "c"], COLUMNS) == 0
        assert rows.cursor_row == "c"

    def test_moves_no_further_than_there_are_rows(self) -> None:
        rows = rows_of("a", "b")
        assert rows.move(9)
        assert rows.cursor_row == "b"
        assert not rows.move(9)
        assert rows.move(-9)
        assert rows.cursor_row == "a"

    def test_an_empty_table_has_none(self) -> None:
        rows = rows_of()
        assert not rows.move(3)
        assert rows.cursor_row is None
        assert rows.selected == []

    def test_follows_its_row_into_another_order(self) -> None:
        rows = rows_of("b", "c", "a")
        rows.move(2)
        rows.reorder(RowOrder().by("name"), COLUMNS)
        assert rows.shown == ["a", "b", "c"]
        assert rows.cursor_row == "a"


class TestMarks:
    def test_an_action_works_on_them_or_on_the_cursor(self) -> None:
        rows = rows_of("a", "b", "c")
        assert rows.selected == ["a"]
        rows.toggle_mark()
        rows.move(2)
        rows.toggle_mark()
        assert rows.selected == ["a", "c"]

    def test_survive_but_do_not_count_while_their_row_is_away(self) -> None:
        rows = rows_of("a", "b")
        rows.toggle_mark()
        rows.replace(["b"], COLUMNS)
        assert (rows.marked, rows.marked_count) == ([], 0)
        rows.replace(["a", "b"], COLUMNS)
        assert (rows.marked, rows.marked_count) == (["a"], 1)

    def test_a_range_follows_the_cursor_and_shrinks_again(self) -> None:
        rows = rows_of("a", "b", "c", "d")
        rows.toggle_mark()
        rows.move(1)
        rows.toggle_range()
        rows.move(3)
        assert rows.marked == ["a", "b", "c", "d"]
        rows.move(2)
        assert rows.marked == ["a", "b", "c"]
        rows.toggle_range()
        rows.move(0)
        assert rows.marked == ["a", "b", "c"]

    def test_a_range_keeps_its_beginning_while_rows_change(self) -> None:
        rows = rows_of("a", "b", "c")
        rows.move(1)
        rows.toggle_range()
        rows.replace(["x", "a", "b", "c"], COLUMNS)
        rows.move(3)
        assert rows.marked == ["b", "c"]

    def test_all_and_none(self) -> None:
        rows = rows_of("a", "b")
        rows.mark_all()
        assert rows.marked_count == 2
        rows.clear_marks()
        assert rows.marked_count == 0


NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(NAMES, st.lists(st.one_of(NAMES, st.integers(-3, 10), st.sampled_from(["mark", "range", "all", "none"]))))
def test_whatever_happens_the_cursor_is_on_a_row(first: list[str], steps: list[list[str] | int | str]) -> None:
    rows = rows_of(*first)
    for step in steps:
        match step:
            case int():
                rows.move(step)
            case "mark":
                rows.toggle_mark()
            case "range":
                rows.toggle_range()
            case "all":
                rows.mark_all()
            case "none":
                rows.clear_marks()
            case list():
                rows.replace(step, COLUMNS)
        assert (rows.cursor_row in rows.shown) if rows.shown else rows.cursor_row is None
        assert rows.marked_count == len(rows.marked)
