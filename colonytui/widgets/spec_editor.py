"""The editor of a specification's JSON text."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widgets import TextArea

from colonytui.jsontext.highlight import json_parts

_LONGEST_COLOURED_LINE = 2_000


class SpecEditor(TextArea):
    """Edits text with undo; JSON is coloured line by line, and lines with problems are underlined.

    The colours are found here and not by tree-sitter, which would be one more compiled dependency.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "spec-editor--key",
        "spec-editor--string",
        "spec-editor--number",
        "spec-editor--word",
        "spec-editor--problem",
    }
    DEFAULT_CSS = """
    SpecEditor, SpecEditor:focus {
        height: 1fr;
        border: none;
        padding: 0;
        background: $background;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
    }
    SpecEditor .spec-editor--key { color: $text-accent; }
    SpecEditor .spec-editor--string { color: $text-success; }
    SpecEditor .spec-editor--number { color: $text-primary; }
    SpecEditor .spec-editor--word { color: $text-warning; }
    SpecEditor .spec-editor--problem { color: $text-error; text-style: underline; }
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, soft_wrap=False, show_line_numbers=True, tab_behavior="focus", max_checkpoints=200)
        self._problem_lines: Collection[int] = ()

    def show_text(self, text: str) -> None:
        """Replace the text without losing what undo remembers, and without telling that it was edited."""
        if text == self.text:
            return
        cursor = self.cursor_location
        with self.prevent(TextArea.Changed):
            self.replace(text, (0, 0), self.document.end)
            self.move_cursor(cursor)

    def mark_problems(self, lines: Collection[int]) -> None:
        """Underline these lines, counted from 0."""
        if set(lines) != set(self._problem_lines):
            self._problem_lines = lines
            self._line_cache.clear()
            self.refresh()

    def get_line(self, line_index: int) -> Text:
        """Colour one line."""
        line = super().get_line(line_index)
        if len(line) <= _LONGEST_COLOURED_LINE:
            for part in json_parts(line.plain):
                line.stylize(self._style(part.kind), part.start, part.end)
        if line_index in self._problem_lines:
            line.stylize(self._style("problem"), len(line.plain) - len(line.plain.lstrip()))
        return line

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"spec-editor--{name}", partial=True)
