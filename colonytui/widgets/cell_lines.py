"""Lines of text whose parts have meanings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from colonytui.logs.text import plain
from colonytui.terminal.tones import Cell, Tone
from colonytui.widgets.text_scroll import TextScroll


class CellLines(TextScroll):
    """Shows lines of cells, each in the colour of its tone; long lines are cut, control characters neutralised."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"cell-lines--{tone.value}" for tone in Tone}
    DEFAULT_CSS = """
    CellLines .cell-lines--plain { color: $foreground; }
    CellLines .cell-lines--muted { color: $text-muted; }
    CellLines .cell-lines--key { color: $text-accent; }
    CellLines .cell-lines--good { color: $text-success; }
    CellLines .cell-lines--busy { color: $text-primary; }
    CellLines .cell-lines--warn { color: $text-warning; }
    CellLines .cell-lines--bad { color: $text-error; }
    """

    lines: Sequence[Sequence[Cell]] = ()

    def show(self, lines: Sequence[Sequence[Cell]]) -> None:
        """Show other lines; the place is kept."""
        self.lines = lines
        self.virtual_size = Size(0, len(lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a row of the screen."""
        number = self.scroll_offset.y + y
        cells = self.lines[number] if number < len(self.lines) else ()
        segments = [
            Segment(plain(cell.text), self.get_component_rich_style(f"cell-lines--{cell.tone.value}")) for cell in cells
        ]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)
