"""The rows of a table with cursor, marks and order, which all survive when the rows change. Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from colonytui.tables.columns import Column
from colonytui.tables.row_order import RowOrder

RowT = TypeVar("RowT")


class TableRows(Generic[RowT]):
    """Rows told apart by `key`; `marks` holds the keys of marked rows and is changed in place."""

    def __init__(self, key: Callable[[RowT], str], marks: set[str]) -> None:
        self.key = key
        self.marks = marks
        self.order = RowOrder()
        self.shown: list[RowT] = []
        """The rows in their order."""
        self.cursor = 0
        """The place of the row that keys act on; 0 also when there are no rows."""
        self._given: Sequence[RowT] = ()
        self._places_by_key: dict[str, int] | None = None
        self._range: tuple[str, frozenset[str]] | None = None

    # Reading

    @property
    def cursor_row(self) -> RowT | None:
        """The row under the cursor; None when there are no rows."""
        return self.shown[self.cursor] if self.shown else None

    @property
    def marked(self) -> list[RowT]:
        """The marked rows among those shown, in their order."""
        return [row for row in self.shown if self.key(row) in self.marks] if self.marks else []

    @property
    def marked_count(self) -> int:
        """How many of the rows shown are marked."""
        return sum(key in self._places for key in self.marks) if self.marks else 0

    @property
    def selected(self) -> list[RowT]:
        """What an action works on: the marked rows, or else the row under the cursor."""
        return self.marked or [row for row in [self.cursor_row] if row is not None]

    def place(self, key: str, *, near: int = 0) -> int | None:
        """The place of the row with this key, looked for `near` a place first; None when it is not shown."""
        if near < len(self.shown) and self.key(self.shown[near]) == key:
            return near
        return self._places.get(key)

    def is_marked(self, place: int) -> bool:
        """Whether the row at a place is marked."""
        return self.key(self.shown[place]) in self.marks

    # Changing the rows

    def replace(self, rows: Sequence[RowT], columns: Sequence[Column[RowT]]) -> int:
        """Show other rows with the cursor on its row, and return by how many places that row has moved.

        When it is gone, the cursor stays where it is, on its neighbour, and 0 is returned.
        """
        row, before = self.cursor_row, self.cursor
        self._given = rows
        self.shown = self.order.sorted(rows, columns)
        self._places_by_key = None
        place = None if row is None else self._new_place(row, before)
        self.cursor = max(0, min(before if place is None else place, len(self.shown) - 1))
        return 0 if place is None else place - before

    def clear(self) -> None:
        """Forget the rows, whose cursor shall not be looked for among those that come next."""
        self._given, self.shown, self.cursor, self._places_by_key = (), [], 0, None

    def reorder(self, order: RowOrder, columns: Sequence[Column[RowT]]) -> int:
        """Sort the rows differently, and return by how many places the cursor's row has moved."""
        self.order = order
        return self.replace(self._given, columns)

    # Cursor and marks

    def move(self, place: int) -> bool:
        """Put the cursor at a place, or at the nearest there is; an open range follows. Whether it has moved."""
        before, self.cursor = self.cursor, max(0, min(place, len(self.shown) - 1))
        self._extend_range()
        return self.cursor != before

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or unmark it."""
        if (row := self.cursor_row) is not None:
            self.marks.symmetric_difference_update({self.key(row)})

    def toggle_range(self) -> None:
        """Begin to mark every row that the cursor passes, or end that."""
        row = self.cursor_row
        self._range = None if self._range or row is None else (self.key(row), frozenset(self.marks))
        self._extend_range()

    @property
    def in_range(self) -> bool:
        """Whether moving marks rows."""
        return self._range is not None

    def mark_all(self) -> None:
        """Mark every row shown."""
        self.marks.update(self._places)

    def clear_marks(self) -> None:
        """Unmark everything, and end an open range."""
        self.marks.clear()
        self._range = None

    @property
    def _places(self) -> Mapping[str, int]:
        # Made when it is first asked for: of thousands of rows this takes longer than all else that a key does.
        if self._places_by_key is None:
            self._places_by_key = {self.key(row): place for place, row in enumerate(self.shown)}
        return self._places_by_key

    def _new_place(self, row: RowT, before: int) -> int | None:
        if before < len(self.shown) and self.shown[before] is row:
            return before
        return self.place(self.key(row))

    def _extend_range(self) -> None:
        if self._range is None:
            return
        begun_at, marked_before = self._range
        first, last = sorted((self._places.get(begun_at, self.cursor), self.cursor))
        self.marks.clear()
        self.marks.update(marked_before, (self.key(row) for row in self.shown[first : last + 1]))
