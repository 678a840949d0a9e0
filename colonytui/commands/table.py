"""Tables of text: drawn with rich on a terminal, plain columns in a pipe."""

import locale
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from colonytui.commands.printable import one_line


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; without headings the first column names what is in the second."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    when_empty: str = ""
    """What to say, on a terminal, instead of a table without rows."""


def print_table(table: Table, *, drawn: bool) -> None:
    """Write a table to stdout; `drawn` for people, else so that programs can split it."""
    rows = [[one_line(cell) for cell in row] for row in table.rows]
    if not drawn:
        _print_columns(table, rows)
    elif rows or not table.when_empty:
        _draw(table, rows)
    else:
        print(table.when_empty)


def _print_columns(table: Table, rows: Sequence[Sequence[str]]) -> None:
    lines = [[heading.upper() for heading in table.headings], *rows] if table.headings else list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _draw(table: Table, rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    drawing = RichTable(
        title=table.title or None,
        title_justify="left",
        box=box.ASCII if wants_ascii() else box.ROUNDED,
        show_header=bool(table.headings),
    )
    for index, heading in enumerate(table.headings or ("", "")):
        drawing.add_column(heading, style="bold" if not table.headings and index == 0 else "", overflow="ellipsis")
    for row in rows:
        drawing.add_row(*(Text(cell) for cell in row))
    Console(file=sys.stdout, highlight=False).print(drawing)


def wants_ascii() -> bool:
    """Whether borders must be ASCII: COLONIES_CLI_ASCII as in the reference, or a terminal without UTF-8."""
    if os.environ.get("COLONIES_CLI_ASCII") == "true":
        return True
    return locale.getpreferredencoding(do_setlocale=False).lower().replace("-", "") != "utf8"
