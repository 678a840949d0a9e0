"""The order of a table's rows: by up to two columns, or as the rows come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from colonytui.tables.columns import Column

RowT = TypeVar("RowT")

MOST_KEYS = 2


@dataclass(frozen=True)
class SortKey:
    """One column to sort by; the empty id is the order in which the rows come."""

    column_id: str = ""
    descending: bool = False


@dataclass(frozen=True)
class RowOrder:
    """By which columns rows are sorted, the first being the most significant."""

    keys: tuple[SortKey, ...] = (SortKey(),)

    def sorted(self, rows: Iterable[RowT], columns: Sequence[Column[RowT]]) -> list[RowT]:
        """Return the rows in this order; rows that compare equal keep the order in which they came."""
        by_id = {column.id: column for column in columns}
        ordered = list(rows)
        for key in reversed(self.keys):
            column = by_id.get(key.column_id)
            if column is not None and column.sort_key is not None:
                ordered.sort(key=column.sort_key, reverse=key.descending)
            elif key.descending:
                ordered.reverse()
        return ordered

    def flipped(self) -> RowOrder:
        """Turn the first key around."""
        first, *others = self.keys
        return RowOrder((replace(first, descending=not first.descending), *others))

    def shifted(self, steps: int, columns: Sequence[Column[RowT]]) -> RowOrder:
        """Move the first key by `steps` among the natural order and the sortable columns, around the ends."""
        ids = ["", *(column.id for column in columns if column.sort_key is not None)]
        first, *others = self.keys
        at = ids.index(first.column_id) if first.column_id in ids else 0
        return RowOrder((SortKey(ids[(at + steps) % len(ids)]), *others))

    def by(self, column_id: str) -> RowOrder:
        """Sort by this column alone, or turn the order around when it already is."""
        return self.flipped() if self.keys[0].column_id == column_id else RowOrder((SortKey(column_id),))

    def with_second_key(self) -> RowOrder:
        """Make the present first key the second one, so that another first key can be chosen."""
        return RowOrder((self.keys[0], *self.keys)[:MOST_KEYS])
