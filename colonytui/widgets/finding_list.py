"""Findings one below the other, with a cursor that stops at each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip

from colonytui.explain.findings import Finding, Verdict
from colonytui.terminal.tones import Cell, Tone
from colonytui.widgets.cell_lines import CellLines

VERDICT_TONES: Mapping[Verdict, Tone] = {
    Verdict.OK: Tone.GOOD,
    Verdict.BAD: Tone.BAD,
    Verdict.UNKNOWN: Tone.WARN,
    Verdict.NEUTRAL: Tone.MUTED,
}
_SIGN_CELLS = 2


class FindingList(CellLines):
    """Shows findings; sentences are wrapped, details are not."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"finding-list--cursor"}
    DEFAULT_CSS = """
    FindingList .finding-list--cursor { background: $primary 35%; text-style: bold; }
    """

    cursor: reactive[int] = reactive(0, repaint=False, init=False)

    def __init__(self, signs: Mapping[Verdict, str]) -> None:
        super().__init__()
        self.findings: Sequence[Finding] = ()
        self._signs = signs
        self._owners: list[int] = []

    @property
    def current(self) -> Finding | None:
        """The finding under the cursor."""
        return self.findings[self.cursor] if self.findings else None

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show other findings; the cursor stays on its line."""
        self.findings = findings
        self.cursor = self.validate_cursor(self.cursor)
        self._lay_out()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are when wrapped at this width; they are ready to be drawn then."""
        self._wrap(width)
        return len(self.lines)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lay_out()

    def action_line_down(self) -> None:
        """Move to the next finding, or further down in its details."""
        if self.cursor == len(self.findings) - 1:
            super().action_line_down()
        self.cursor += 1

    def action_line_up(self) -> None:
        """Move to the finding above."""
        if self.cursor == 0:
            super().action_line_up()
        self.cursor -= 1

    def action_go_to_start(self) -> None:
        """Go to the first finding."""
        self.cursor = 0

    def action_go_to_end(self) -> None:
        """Go to the end of the last finding."""
        self.cursor = len(self.findings)
        super().action_go_to_end()

    def validate_cursor(self, cursor: int) -> int:
        """Stay on a finding."""
        return max(0, min(cursor, len(self.findings) - 1))

    def watch_cursor(self) -> None:
        """Keep the cursor in sight."""
        if self.cursor in self._owners:
            top = self._owners.index(self.cursor)
            region = Region(0, top, 1, min(self._owners.count(self.cursor), self.page_rows))
            self.scroll_to_region(region, animate=False, force=True, immediate=True, x_axis=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a row, marked when it belongs to the finding under the cursor."""
        strip = super().render_line(y)
        number = self.scroll_offset.y + y
        if number >= len(self._owners) or self._owners[number] != self.cursor:
            return strip
        cursor = self.get_component_rich_style("finding-list--cursor")
        over = Style(bgcolor=cursor.bgcolor, bold=cursor.bold)
        return Strip([Segment(part.text, (part.style or self.rich_style) + over) for part in strip])

    def _lay_out(self) -> None:
        # Without a width there is nothing to wrap at yet: the first layout does it.
        if self.size.width:
            self._wrap(self.size.width)
            self.show(self.lines)

    def _wrap(self, width: int) -> None:
        lines, owners = [], []
        for number, finding in enumerate(self.findings):
            for line in self._lines_of(finding, width):
                lines.append(line)
                owners.append(number)
        self.lines, self._owners = lines, owners

    def _lines_of(self, finding: Finding, width: int) -> Iterator[Sequence[Cell]]:
        tone = VERDICT_TONES[finding.verdict]
        offer = f"   [a] {finding.remedy.label}" if finding.remedy else ""
        texts = wrap(finding.sentence + offer, max(width - _SIGN_CELLS, 20)) or [""]
        for number, text in enumerate(texts):
            sign = self._signs[finding.verdict] if number == 0 else ""
            yield (Cell(f"{sign:<{_SIGN_CELLS}}", tone), Cell(text))
        for detail in finding.details:
            yield (Cell(f"{'':{_SIGN_CELLS}}{detail}", Tone.MUTED),)
