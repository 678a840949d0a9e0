"""Columns of a table: what a cell says, how wide it is, and which columns leave first when the terminal is narrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from rich.cells import cell_len, set_cell_size

from colonytui.terminal.tones import Cell

RowT = TypeVar("RowT")

GAP = 2
"""Cells between two columns."""
MOMENT_CELLS = len("12-31 23:59:59")
NARROWEST = 8
"""How narrow a column that can grow may become."""


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """One column of a table whose rows are of type `RowT`."""

    id: str
    title: str
    width: int
    """In terminal cells."""
    cell: Callable[[RowT], Cell]
    sort_key: Callable[[RowT], Any] | None = None
    """A value by which rows can be compared; None when sorting by this column makes no sense."""
    right: bool = False
    """Whether texts stand at the right edge, as numbers do."""
    grow: int = 0
    """Its share of the width that is left over; 0 keeps the column as it is."""
    drop: int = 0
    """Its turn to leave when there is not enough width, 1 being the first; 0 stays always."""
    wide: bool = False
    """Whether it only shows with wide columns on."""
    moment: Callable[[RowT], datetime | None] | None = None
    """The time behind an age: shown instead of it on demand, and written into files."""

    def exact_cell(self, row: RowT) -> Cell:
        """What the cell says when exact times are wanted."""
        if self.moment is None or (moment := self.moment(row)) is None:
            return self.cell(row)
        return Cell(f"{moment.astimezone():%m-%d %H:%M:%S}", self.cell(row).tone)

    def text(self, row: RowT) -> str:
        """What files hold: times in ISO form, everything else as it is shown."""
        if self.moment is None or (moment := self.moment(row)) is None:
            return self.cell(row).text
        return moment.isoformat(timespec="seconds")


def fit_columns(
    columns: Sequence[Column[RowT]], available: int, *, wide: bool, exact: bool = False
) -> list[Column[RowT]]:
    """Return the columns to draw in `available` cells, with their final widths.

    With `exact` columns of ages are wide enough for times. With `wide` every column shows, and the table scrolls
    sideways when they do not fit. Otherwise columns leave in their turn, and when even the rest is too wide, those that
    can grow become narrower.
    """
    if exact:
        columns = [replace(one, width=max(one.width, MOMENT_CELLS)) if one.moment else one for one in columns]
    if wide:
        return _grown(columns, available)
    shown = [column for column in columns if not column.wide]
    while total_width(shown) > available and any(column.drop for column in shown):
        shown.remove(min((column for column in shown if column.drop), key=lambda column: column.drop))
    return _narrowed(shown, available) if total_width(shown) > available else _grown(shown, available)


def total_width(columns: Sequence[Column[RowT]]) -> int:
    """The width of these columns in cells, gaps included."""
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)


def fit_text(text: str, width: int, *, right: bool = False, ellipsis: str = "…") -> str:
    """Return the text in exactly `width` cells: padded, or cut with an ellipsis at its end."""
    if text.isascii() and text.isprintable():
        length = len(text)
        if length <= width:
            return text.rjust(width) if right else text.ljust(width)
        return text[: width - 1] + ellipsis
    text = "".join(character if character.isprintable() else " " for character in text)
    length = cell_len(text)
    if length <= width:
        padding = " " * (width - length)
        return padding + text if right else text + padding
    return set_cell_size(text, width - 1) + ellipsis


def _grown(columns: Sequence[Column[RowT]], available: int) -> list[Column[RowT]]:
    spare = max(0, available - total_width(columns))
    shares = sum(column.grow for column in columns)
    if not shares:
        return list(columns)
    grown = [replace(column, width=column.width + spare * column.grow // shares) for column in columns]
    rest = spare - (total_width(grown) - total_width(columns))
    last = max(index for index, column in enumerate(grown) if column.grow)
    grown[last] = replace(grown[last], width=grown[last].width + rest)
    return grown


def _narrowed(columns: Sequence[Column[RowT]], available: int) -> list[Column[RowT]]:
    narrowed = list(columns)
    for index in reversed(range(len(narrowed))):
        excess = total_width(narrowed) - available
        column = narrowed[index]
        if excess > 0 and column.grow:
            narrowed[index] = replace(column, width=max(NARROWEST, column.width - excess))
    return narrowed
