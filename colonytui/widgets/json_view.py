"""A JSON value to look through: a tree with branches to open and close, or the text itself."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip

from colonytui.actions.bindings import bindings
from colonytui.actions.registry import Scope
from colonytui.jsontext.highlight import json_parts
from colonytui.jsontext.rows import JsonRow, Kind, Path, branches, json_rows, value_at
from colonytui.logs.text import plain
from colonytui.widgets.text_scroll import TextScroll

INDENT = 2


class JsonView(TextScroll):
    """Shows one value; the cursor stays on its path when the value changes."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.JSON)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "json-view--key",
        "json-view--string",
        "json-view--number",
        "json-view--word",
        "json-view--branch",
        "json-view--cursor",
    }
    DEFAULT_CSS = """
    JsonView .json-view--key { color: $text-accent; }
    JsonView .json-view--string { color: $text-success; }
    JsonView .json-view--number { color: $text-primary; }
    JsonView .json-view--word { color: $text-warning; }
    JsonView .json-view--branch { color: $text-muted; }
    JsonView .json-view--cursor { background: $panel; }
    JsonView:focus .json-view--cursor { background: $primary 35%; text-style: bold; }
    """

    raw: reactive[bool] = reactive(False, repaint=False, init=False)
    cursor: reactive[int] = reactive(0, repaint=False, init=False)

    def __init__(self, value: Any = None, *, empty_text: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._value = value
        self._empty_text = empty_text
        self._closed_paths: set[Path] = set()
        self._rows: list[JsonRow] = []
        self._lines: list[str] = []

    def on_mount(self) -> None:
        """Lay the value out."""
        self._lay_out()

    def show(self, value: Any) -> None:
        """Show another value; closed branches and the cursor's place stay where the paths are the same."""
        if value != self._value:
            path = self._path
            self._value = value
            self._lay_out()
            self._go_to_path(path)

    @property
    def text(self) -> str:
        """The value as JSON text."""
        return json.dumps(self._value, indent=2, ensure_ascii=False)

    # Moving

    def action_line_down(self) -> None:
        """Move to the next row."""
        self._move(1)

    def action_line_up(self) -> None:
        """Move to the row above."""
        self._move(-1)

    def action_half_page_down(self) -> None:
        """Move down half a page."""
        self._move(self.page_rows // 2)

    def action_half_page_up(self) -> None:
        """Move up half a page."""
        self._move(-(self.page_rows // 2))

    def action_page_down(self) -> None:
        """Move down a page."""
        self._move(self.page_rows)

    def action_page_up(self) -> None:
        """Move up a page."""
        self._move(-self.page_rows)

    def action_go_to_start(self) -> None:
        """Move to the first row."""
        self._move(-self._row_count)

    def action_go_to_end(self) -> None:
        """Move to the last row."""
        self._move(self._row_count)

    # Opening

    def action_toggle_branch(self) -> None:
        """Open or close the branch, or read the whole value."""
        row = self._row
        if row is None:
            raise SkipAction
        if row.kind is not Kind.BRANCH:
            self._open_value(row)
            return
        self._closed_paths ^= {row.path}
        self._lay_out()

    def action_close_branch(self) -> None:
        """Close the branch, or go to the one around this row."""
        row = self._row
        if row is None:
            raise SkipAction
        if row.kind is Kind.BRANCH and row.is_open:
            self._closed_paths.add(row.path)
            self._lay_out()
        else:
            self._go_to_path(row.path[:-1])

    def action_open_branch(self) -> None:
        """Open the branch."""
        row = self._row
        if row is None:
            raise SkipAction
        self._closed_paths.discard(row.path)
        self._lay_out()

    def action_toggle_all(self) -> None:
        """Close every branch, or open every one."""
        self._closed_paths = set() if self._closed_paths else set(branches(self._value))
        self._lay_out()

    def watch_raw(self) -> None:
        """Switch between tree and text."""
        self._lay_out()
        if self.raw:
            self.go_to_row(0)
        else:
            self.watch_cursor()

    def watch_cursor(self) -> None:
        """Keep the cursor in sight."""
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True, immediate=True, x_axis=False)
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        """Stay on a row."""
        return max(0, min(cursor, len(self._rows) - 1))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw a row of the screen."""
        number, width, style = self.scroll_offset.y + y, self.size.width, self.rich_style
        if number >= self._row_count:
            text = self._empty_text if number == 0 else ""
            return Strip([Segment(text, style)]).adjust_cell_length(width, style)
        if self.raw:
            return Strip(self._text_segments(self._lines[number])).adjust_cell_length(width, style)
        strip = Strip(self._row_segments(self._rows[number])).adjust_cell_length(width, style)
        if number == self.cursor:
            cursor = self.get_component_rich_style("json-view--cursor")
            over = Style(bgcolor=cursor.bgcolor, bold=cursor.bold)
            strip = Strip([Segment(part.text, (part.style or style) + over) for part in strip], width)
        return strip

    def _row_segments(self, row: JsonRow) -> list[Segment]:
        sign = " " if row.kind is not Kind.BRANCH else "▾" if row.is_open else "▸"
        key = f"{plain(row.key)} " if row.path else ""
        return [
            Segment(f"{' ' * INDENT * row.depth}{sign} ", self._style("branch")),
            Segment(key, self._style("key")),
            Segment(plain(row.shown), self._style("string" if row.kind is Kind.TEXT else row.kind.value)),
        ]

    def _text_segments(self, line: str) -> list[Segment]:
        segments, position = [], 0
        for part in json_parts(line):
            segments.append(Segment(plain(line[position : part.start]), self.rich_style))
            segments.append(Segment(plain(line[part.start : part.end]), self._style(part.kind)))
            position = part.end
        return [*segments, Segment(plain(line[position:]), self.rich_style)]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"json-view--{name}")

    # Helpers

    @property
    def _row(self) -> JsonRow | None:
        return None if self.raw or not self._rows else self._rows[self.cursor]

    @property
    def _path(self) -> Path:
        return self._rows[self.cursor].path if self._rows else ()

    @property
    def _row_count(self) -> int:
        return len(self._lines) if self.raw else len(self._rows)

    def _lay_out(self) -> None:
        self._rows = [] if self._value in (None, {}, []) else json_rows(self._value, self._closed_paths)
        self._lines = self.text.splitlines() if self.raw and self._rows else []
        self.virtual_size = Size(0, self._row_count)
        self.cursor = self.validate_cursor(self.cursor)
        self.refresh()

    def _move(self, rows: int) -> None:
        if self.raw:
            self.go_to_row(self.scroll_offset.y + rows)
        else:
            self.cursor += rows

    def _go_to_path(self, path: Path) -> None:
        for number, row in enumerate(self._rows):
            if row.path == path:
                self.cursor = number
                return

    def _open_value(self, row: JsonRow) -> None:
        from colonytui.screens.text_popup import TextPopup

        value = value_at(self._value, row.path)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self.app.push_screen(TextPopup(row.key or "value", text))
