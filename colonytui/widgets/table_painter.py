"""How the lines of a table are put together from cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Generic, TypeVar

from rich.segment import Segment
from rich.style import Style

from colonytui.tables.columns import GAP, Column, fit_text
from colonytui.tables.row_order import RowOrder
from colonytui.terminal.glyphs import Glyphs
from colonytui.terminal.tones import Tone

RowT = TypeVar("RowT")

MARK_CELLS = 1
"""The width of the mark before a row."""


class Look(Enum):
    """How a line stands out; the value is its name in style sheets."""

    PLAIN = "plain"
    HEADER = "header"
    CURSOR = "cursor"
    CURSOR_UNFOCUSED = "cursor-unfocused"
    MARKED = "marked"


class TablePainter(Generic[RowT]):
    """Draws titles and rows as segments; `style` gives the colours of a cell of some tone in a line of some look."""

    def __init__(self, style: Callable[[Tone, Look], Style], glyphs: Glyphs) -> None:
        self._style = style
        self._glyphs = glyphs

    def header(self, columns: Sequence[Column[RowT]], order: RowOrder) -> list[Segment]:
        """The line of titles, with arrows at the columns that rows are sorted by."""
        titles = [fit_text(self._title(column, order), column.width, right=column.right) for column in columns]
        return [Segment(" " * MARK_CELLS + (" " * GAP).join(titles), self._style(Tone.PLAIN, Look.HEADER))]

    def row(
        self, row: RowT, columns: Sequence[Column[RowT]], look: Look, *, marked: bool, exact: bool
    ) -> list[Segment]:
        """The line of a row, with its mark; with `exact` it says times instead of ages."""
        segments = [Segment(self._glyphs.mark if marked else " " * MARK_CELLS, self._style(Tone.KEY, look))]
        gap = Segment(" " * GAP, self._style(Tone.PLAIN, look))
        for column in columns:
            cell = column.exact_cell(row) if exact else column.cell(row)
            text = fit_text(cell.text, column.width, right=column.right, ellipsis=self._glyphs.ellipsis)
            segments += [Segment(text, self._style(cell.tone, look)), gap]
        return segments[:-1]

    def _title(self, column: Column[RowT], order: RowOrder) -> str:
        for place, key in enumerate(order.keys, start=1):
            if key.column_id == column.id:
                arrow = self._glyphs.descending if key.descending else self._glyphs.ascending
                sign = f"{arrow}{place}" if len(order.keys) > 1 else arrow
                return column.title[: column.width - len(sign)] + sign
        return column.title
