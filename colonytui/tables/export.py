"""Rows of a table as a file: csv, json or plain text, by the file's ending."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from rich.cells import cell_len, set_cell_size

from colonytui.tables.columns import GAP, Column

RowT = TypeVar("RowT")

ENDINGS = (".csv", ".json", ".txt")


def save_rows(path: Path, rows: Sequence[RowT], columns: Sequence[Column[RowT]]) -> None:
    """Write the rows into a new file; raises ValueError for an unknown ending and OSError, also when it exists."""
    match path.suffix:
        case ".csv":
            text = rows_as_csv(rows, columns)
        case ".json":
            text = rows_as_json(rows, columns)
        case ".txt":
            text = rows_as_text(rows, columns)
        case ending:
            raise ValueError(f"the file's ending decides the format: {', '.join(ENDINGS)}, not {ending or 'none'}")
    with path.expanduser().open("x", encoding="utf-8", newline="") as file:
        file.write(text)


def rows_as_csv(rows: Sequence[RowT], columns: Sequence[Column[RowT]]) -> str:
    """One line for each row under a line of titles."""
    shown = _titled(columns)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([column.id for column in shown])
    writer.writerows([[_inert(column.text(row)) for column in shown] for row in rows])
    return file.getvalue()


def rows_as_json(rows: Sequence[RowT], columns: Sequence[Column[RowT]]) -> str:
    """The objects as the wire has them, or the cells of rows that are no such objects."""
    return json.dumps([_object(row, columns) for row in rows], indent=2, ensure_ascii=False) + "\n"


def rows_as_text(rows: Sequence[RowT], columns: Sequence[Column[RowT]]) -> str:
    """A table in plain text, every column as wide as its longest cell."""
    shown = _titled(columns)
    table = [[column.title for column in shown], *([column.text(row) for column in shown] for row in rows)]
    widths = [max(cell_len(line[index]) for line in table) for index in range(len(shown))]
    lines = [
        (" " * GAP).join(set_cell_size(text, width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    ]
    return "\n".join(lines) + "\n"


def _titled(columns: Sequence[Column[RowT]]) -> list[Column[RowT]]:
    return [column for column in columns if column.title]


def _inert(text: str) -> str:
    # Spreadsheets run cells that begin like this as formulas.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _object(row: object, columns: Sequence[Column[Any]]) -> object:
    to_wire = getattr(row, "to_wire", None)
    return to_wire() if callable(to_wire) else {column.id: column.text(row) for column in _titled(columns)}
