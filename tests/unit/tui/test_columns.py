"""Column layout and row order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from colonytui.tables.columns import NARROWEST, Column, fit_columns, fit_text, total_width
from colonytui.tables.row_order import RowOrder, SortKey
from colonytui.terminal.tones import Cell

Row = tuple[str, int]


def column(name: str, width: int, **options: Any) -> Column[Row]:
    return Column(name, name.title(), width, lambda row: Cell(row[0]), **options)


COLUMNS = [
    column("id", 8),
    column("name", 10, grow=1),
    column("type", 10, drop=2),
    column("left", 6, drop=1),
    column("label", 20, wide=True),
]


def names(columns: list[Column[Row]]) -> list[str]:
    return [one.id for one in columns]


class TestFitColumns:
    def test_spare_width_goes_to_those_that_grow(self) -> None:
        fitted = fit_columns(COLUMNS, 60, wide=False)
        assert total_width(fitted) == 60
        assert fitted[1].width == 30

    def test_columns_leave_in_their_turn(self) -> None:
        assert names(fit_columns(COLUMNS, 39, wide=False)) == ["id", "name", "type"]
        assert names(fit_columns(COLUMNS, 25, wide=False)) == ["id", "name"]

    def test_the_rest_becomes_narrower(self) -> None:
        fitted = fit_columns(COLUMNS, 12, wide=False)
        assert names(fitted) == ["id", "name"]
        assert fitted[1].width == NARROWEST

    def test_wide_columns_show_on_demand_and_nothing_leaves(self) -> None:
        assert names(fit_columns(COLUMNS, 20, wide=True)) == ["id", "name", "type", "left", "label"]

    @given(st.integers(0, 200))
    def test_never_wider_than_there_is_room_unless_at_its_narrowest(self, available: int) -> None:
        fitted = fit_columns(COLUMNS, available, wide=False)
        assert total_width(fitted) <= max(available, 8 + 2 + NARROWEST)


class TestFitText:
    @pytest.mark.parametrize(
        ("text", "fitted"), [("abc", "abc  "), ("abcdef", "abcd…"), ("日本語", "日本…"), ("a\nb\x1b", "a b  ")]
    )
    def test_pads_cuts_and_keeps_control_characters_out(self, text: str, fitted: str) -> None:
        assert fit_text(text, 5) == fitted

    def test_right(self) -> None:
        assert fit_text("42", 5, right=True) == "   42"

    @given(st.text(max_size=40), st.integers(1, 30), st.booleans())
    def test_fills_its_cells_exactly(self, text: str, width: int, right: bool) -> None:
        fitted = fit_text(text, width, right=right)
        assert cell_len(fitted) == width
        assert "\n" not in fitted
        assert "\x1b" not in fitted


SORTABLE: list[Column[tuple[str, int]]] = [
    Column("name", "Name", 5, lambda row: Cell(row[0]), lambda row: row[0]),
    Column("size", "Size", 5, lambda row: Cell(str(row[1])), lambda row: row[1]),
    Column("plain", "Plain", 5, lambda row: Cell(row[0])),
]
ROWS: list[Row] = [("b", 2), ("a", 2), ("c", 1)]


class TestRowOrder:
    def test_begins_with_the_order_in_which_rows_come(self) -> None:
        assert RowOrder().sorted(ROWS, SORTABLE) == ROWS
        assert RowOrder().flipped().sorted(ROWS, SORTABLE) == ROWS[::-1]

    def test_sorts_by_a_column_and_back(self) -> None:
        by_size = RowOrder().by("size")
        assert by_size.sorted(ROWS, SORTABLE) == [("c", 1), ("b", 2), ("a", 2)]
        assert by_size.by("size").sorted(ROWS, SORTABLE)[-1] == ("c", 1)

    def test_second_key_decides_between_equals(self) -> None:
        order = RowOrder().by("name").with_second_key().shifted(1, SORTABLE)
        assert order.keys == (SortKey("size"), SortKey("name"))
        assert order.sorted(ROWS, SORTABLE) == [("c", 1), ("a", 2), ("b", 2)]

    def test_moves_among_sortable_columns_only(self) -> None:
        ids = [RowOrder().shifted(steps, SORTABLE).keys[0].column_id for steps in range(4)]
        assert ids == ["", "name", "size", ""]

    def test_a_column_that_is_gone_means_no_order(self) -> None:
        assert RowOrder().by("gone").sorted(ROWS, SORTABLE) == ROWS
