"""A log on screen: only the rows in sight are drawn, so a hundred thousand lines scroll like ten."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events, on, work
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scrollbar import ScrollTo, ScrollUp
from textual.strip import Strip

from colonytui.logs.buffer import Line, LogBuffer
from colonytui.logs.search import LinePattern, MatchIndex
from colonytui.widgets.log_gutter import LogGutter, Times
from colonytui.widgets.log_painter import LogPainter
from colonytui.widgets.log_rows import RowMap
from colonytui.widgets.text_scroll import TextScroll

SCAN_SECONDS = 0.005
"""How long the backlog is searched at a time, so that keys never wait for it."""


class LogView(TextScroll):
    """Shows a `LogBuffer` and keeps the line at the top in place while the buffer changes.

    Arguments: the `buffer`, and `now`, the clock that ages are counted by.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = set(LogPainter.COMPONENTS)
    DEFAULT_CSS = """
    LogView .log--gutter { color: $text-muted; }
    LogView .log--match { text-style: reverse; }
    LogView .log--current { color: $text-accent; text-style: bold; }
    LogView .log--gap { color: $text-warning; }
    LogView .log--marker { color: $text-accent; }
    """

    follow: reactive[bool] = reactive(True, repaint=False, init=False)
    wrap: reactive[bool] = reactive(False, repaint=False, init=False)
    numbers: reactive[bool] = reactive(False, repaint=False, init=False)
    times: reactive[Times] = reactive(Times.LOCAL, repaint=False, init=False)
    left: reactive[int] = reactive(0)
    """Cells that are scrolled out sideways."""
    empty_text: reactive[str] = reactive("")
    """What to say when there is no line to show."""

    class Changed(Message):
        """Lines, matches, or the way they are shown have changed."""

        def can_replace(self, message: Message) -> bool:
            """Let one stand for many."""
            return isinstance(message, LogView.Changed)

    def __init__(self, buffer: LogBuffer, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.buffer = buffer
        self.index: MatchIndex | None = None
        self.only_matches = False
        self.current: int | None = None
        """The number of the match that was gone to."""
        self.since: int | None = None
        """Lines before this moment (Unix nanoseconds) are not shown; None shows all."""
        self._now = now
        self._gutter = LogGutter()
        self._rows = RowMap(buffer)
        self._painter = LogPainter(self)
        self._paused_at = 0

    def on_mount(self) -> None:
        """Watch the buffer from now on."""
        self.buffer.watchers.append(self)
        self._ageing = self.set_interval(1.0, self.refresh, pause=True)
        self._lay_out()

    def on_unmount(self) -> None:
        """Leave the buffer alone."""
        self.buffer.watchers.remove(self)
        self._drop_index()

    # What is shown

    def show(self, buffer: LogBuffer) -> None:
        """Show another log from its end, in the same way, the pattern included."""
        pattern = self.index.pattern if self.index else None
        self._drop_index()
        self.buffer.watchers.remove(self)
        self.buffer, self._rows, self.since = buffer, RowMap(buffer), None
        self.buffer.watchers.append(self)
        self.follow = True
        self.find(pattern, only_matches=self.only_matches)

    @property
    def text_cells(self) -> int:
        """Cells of a row that are left for the text."""
        return max(self.scrollable_content_region.width - self._gutter.width, 1)

    @property
    def new_lines(self) -> int:
        """How many lines have come in since following was switched off."""
        return 0 if self.follow else max(self.buffer.end - self._paused_at, 0)

    @property
    def shown_count(self) -> int:
        """How many lines the filters let through."""
        return len(self._shown())

    def shown_lines(self) -> Iterator[Line]:
        """Every line that the filters let through, oldest first."""
        return (self.buffer[number] for number in self._shown())

    def lines_on_screen(self) -> list[Line]:
        """The lines that can be read now."""
        return [self.buffer[number] for number in self._numbers_on_screen()]

    def longest_on_screen(self) -> int:
        """Cells of the longest line that can be read now."""
        lengths = (self._painter.line(number, self.buffer[number]).cell_length for number in self._numbers_on_screen())
        return max(lengths, default=0)

    def _numbers_on_screen(self) -> list[int]:
        rows = range(self.scroll_offset.y, self.scroll_offset.y + self.size.height)
        return list(dict.fromkeys(place[0] for row in rows if (place := self._rows.locate(row))))

    # Finding

    def find(self, pattern: LinePattern | None, *, only_matches: bool = False) -> None:
        """Highlight what matches, or show nothing else; None forgets the pattern."""
        top = self._rows.locate(self.scroll_offset.y)
        if pattern is None or self.index is None or self.index.pattern != pattern:
            self._drop_index()
            self.index = self._painter.index = MatchIndex(self.buffer, pattern) if pattern else None
            self._gutter.signs = pattern is not None
        self.only_matches = only_matches and pattern is not None
        if self.index and not self.index.scan(SCAN_SECONDS):
            self._scan_backlog(self.index, top)
        self._lay_out()

    def go_to_match(self, *, forwards: bool) -> bool:
        """Move to the next or previous match and stop following; False when there is none."""
        if self.index is None:
            return False
        start = self.current
        if start is None:
            top = self._rows.locate(self.scroll_offset.y)
            start = top[0] - forwards if top else self.buffer.end
        self.current = self.index.after(start) if forwards else self.index.before(start)
        if self.current is None:
            return False
        self.follow = False
        self.go_to_row(self._rows.row_of(self.current) - self.size.height // 3)
        self.refresh()
        self.post_message(self.Changed())
        return True

    def show_since(self, moment: int | None) -> None:
        """Leave out lines before a moment (Unix nanoseconds); None shows all."""
        self.since = moment
        self._lay_out()

    # Changes of the buffer

    def lines_spliced(self, at: int, removed: int, inserted: int) -> None:
        """Keep the place: see BufferWatcher."""
        top = self._rows.locate(self.scroll_offset.y)
        if removed or at + inserted < self.buffer.end:
            shift = inserted - removed
            self._painter.forget()
            self._rows.reset(self._rows.width)
            self._paused_at += shift
            if self.current is not None and self.current >= at + removed:
                self.current += shift
            if top and top[0] >= at + removed:
                top = (top[0] + shift, top[1])
        self._sync_rows(top)

    def lines_dropped(self, first: int) -> None:
        """Keep the place: see BufferWatcher."""
        if self.current is not None and self.current < first:
            self.current = None
        self._sync_rows(self._rows.locate(self.scroll_offset.y))

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of a region."""
        self._painter.begin()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw a row of the screen."""
        width, place = self.size.width, self._rows.locate(self.scroll_offset.y + y)
        if place is None:
            return self._painter.text(self.empty_text if y == 0 and not self._rows.row_count else "", width)
        number, part = place
        line, is_current = self.buffer[number], number == self.current
        gutter = self._gutter.blank()
        if part == 0:
            gutter = self._gutter.text(number, line, self._now(), sign="▶" if is_current else "")
        if self._rows.width is None:
            return self._painter.row(number, line, gutter, left=self.left, width=width, is_current=is_current)
        return self._painter.wrapped_row(
            number, line, part, gutter, wrap_width=self._rows.width, width=width, is_current=is_current
        )

    def notify_style_update(self) -> None:
        """Draw anew when the theme changes."""
        super().notify_style_update()
        self._painter.forget()

    # Reactions

    def watch_follow(self, follow: bool) -> None:
        """Go to the end, or remember where it was."""
        self._paused_at = self.buffer.end
        if follow:
            self.action_go_to_end()
        self.post_message(self.Changed())

    def watch_wrap(self, _wrap: bool) -> None:
        """Lay the lines out anew."""
        self.left = 0
        self._lay_out()

    def watch_numbers(self, numbers: bool) -> None:
        """Make room for the numbers."""
        self._gutter.numbers = numbers
        self._lay_out()

    def watch_times(self, times: Times) -> None:
        """Make room for the times, and let ages grow."""
        self._gutter.times = times
        if times is Times.AGE:
            self._ageing.resume()
        else:
            self._ageing.pause()
        self._lay_out()

    def validate_left(self, left: int) -> int:
        """Stay within the lines on screen."""
        return 0 if self.wrap else max(0, left)

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        self._lay_out()

    def go_to_row(self, row: int) -> None:
        """Put a row at the top; going up switches following off."""
        if row < self.scroll_offset.y:
            self.follow = False
        super().go_to_row(row)

    def action_go_to_end(self) -> None:
        """Go to the last line and follow the log from there."""
        self.follow = True
        super().action_go_to_end()

    @on(events.MouseScrollUp)
    @on(ScrollUp)
    @on(ScrollTo)
    def _stop_following(self) -> None:
        self.follow = False

    # Layout

    def _shown(self) -> Sequence[int]:
        start = self.buffer.first if self.since is None else self.buffer.first_since(self.since)
        if self.only_matches and self.index:
            return self.index.numbers[bisect_left(self.index.numbers, start) :]
        return range(start, self.buffer.end)

    def _lay_out(self) -> None:
        """Measure every line again, keeping the one at the top in its place."""
        if not self.is_mounted:
            return
        top = self._rows.locate(self.scroll_offset.y)
        self._painter.forget()
        self._gutter.make_room(self.buffer.end)
        self._rows.reset(self.text_cells if self.wrap else None)
        self._sync_rows(top)

    def _sync_rows(self, top: tuple[int, int] | None = None) -> None:
        """Take over what is shown now; `top` is the line, and which of its rows, to keep at the top."""
        if self._gutter.make_room(self.buffer.end):
            self._lay_out()
            return
        self._rows.sync(self._shown())
        self.virtual_size = Size(0, self._rows.row_count)
        if self.follow:
            super().go_to_row(self._rows.row_count)
        elif top:
            super().go_to_row(self._rows.row_of(top[0]) + top[1])
        self.refresh()
        self.post_message(self.Changed())

    def _drop_index(self) -> None:
        if self.index:
            self.index.close()
        self.index = self._painter.index = self.current = None

    @work(exclusive=True, group="log-search")
    async def _scan_backlog(self, index: MatchIndex, top: tuple[int, int] | None) -> None:
        """Search the rest of the log in slices; meanwhile the line at the top is waited for."""
        while index is self.index and not index.scan(SCAN_SECONDS):
            if self.only_matches:
                self._sync_rows(top)
            await asyncio.sleep(0)
        self._sync_rows(top if self.only_matches else self._rows.locate(self.scroll_offset.y))
