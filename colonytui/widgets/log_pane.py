"""A log with everything around it: the tail that feeds it, the find bar, and a title that says what is shown."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from colonysdk.errors import ColonyError
from colonysdk.units import format_duration
from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.registry import Scope
from colonytui.explain.findings import plural
from colonytui.logs.buffer import GapLine, LogBuffer, MarkerLine
from colonytui.logs.export import SaveError, save_text, to_text
from colonytui.logs.tail import Appended, CaughtUp, Filled, Interrupted, LogTail, TailEvent
from colonytui.logs.text import plain
from colonytui.processes.names import short_id
from colonytui.widgets.find_bar import FindBar
from colonytui.widgets.log_gutter import Times
from colonytui.widgets.log_view import LogView

SIDEWAYS_STEP = 8
SPANS = {f"{minutes}m": timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60)}


class LogPane(Vertical, ActionHost):
    """Follows the log of a process, or of an executor when that is named instead."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.LOG)
    DEFAULT_CSS = """
    LogPane { height: 1fr; }
    """

    def __init__(self, process_id: str = "", executor_name: str = "", *, classes: str = "panel") -> None:
        super().__init__(classes=classes)
        self.process_id = process_id
        self.executor_name = executor_name
        self.view = LogView(LogBuffer(), lambda: self.colony.store.now())
        """The log itself."""
        self._find_bar = FindBar()
        self._tail: LogTail | None = None
        self._has_caught_up = False
        self._has_ended = False
        self._trouble = ""
        self._is_choosing_since = False

    def compose(self) -> ComposeResult:
        """Yield the log and the find bar."""
        yield self.view
        yield self._find_bar

    def on_mount(self) -> None:
        """Begin to read."""
        self.read(self.process_id)

    def read(self, process_id: str) -> None:
        """Read the log of another process; the way it is shown stays as it is."""
        self.process_id = process_id
        self._trouble, self._has_caught_up, self._has_ended = "", False, False
        self.view.show(LogBuffer())
        self._tail = LogTail(self.colony.client, process_id, executor_name=self.executor_name)
        self._feed(self._tail)
        self._show_state()

    def finish(self) -> None:
        """Tell that the process has ended, so nothing will follow what is there."""
        if self._tail:
            self._tail.finish()

    # Actions

    def action_toggle_follow(self) -> None:
        """Follow the end, or stay here."""
        self.view.follow = not self.view.follow

    def action_find(self) -> None:
        """Open the find bar."""
        self._find_bar.open()

    def action_next_match(self) -> None:
        """Go to the next match."""
        self._go_to_match(forwards=True)

    def action_previous_match(self) -> None:
        """Go to the match before."""
        self._go_to_match(forwards=False)

    def action_forget(self) -> None:
        """Show everything again, without a pattern."""
        if self.view.index is None and self.view.since is None:
            raise SkipAction
        self._find_bar.close(keeps_pattern=False)
        self.view.find(None)
        self.view.show_since(None)

    async def action_load_gap(self) -> None:
        """Load the lines of the first gap on the screen."""
        gap = next((line for line in self.view.lines_on_screen() if isinstance(line, GapLine)), None)
        if gap is None or self._tail is None:
            raise SkipAction
        try:
            async with aclosing(self._tail.fill(gap)) as pages:
                async for filled in pages:
                    self._take(filled)
        except ColonyError as error:
            self.colony.show_error("load these lines", error)

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or not."""
        self.view.wrap = not self.view.wrap

    def action_next_times(self) -> None:
        """Show other time stamps."""
        self.view.times = self.view.times.next

    def action_toggle_numbers(self) -> None:
        """Show line numbers, or not."""
        self.view.numbers = not self.view.numbers

    def action_sideways_left(self) -> None:
        """Scroll to the left."""
        self.view.left -= SIDEWAYS_STEP

    def action_sideways_right(self) -> None:
        """Scroll to the right."""
        self.view.left += SIDEWAYS_STEP

    def action_line_start(self) -> None:
        """Scroll back to the start of the lines."""
        self.view.left = 0

    def action_line_end(self) -> None:
        """Scroll to the end of the longest line shown."""
        self.view.left = self.view.longest_on_screen() - self.view.text_cells

    def action_choose_since(self) -> None:
        """Wait for the digit that says how far back."""
        self._is_choosing_since = True
        spans = "  ".join(f"{digit} {span}" for digit, span in enumerate(SPANS, 1))
        self.border_subtitle = f"show since:  0 start  {spans}  6 all"

    def action_add_marker(self) -> None:
        """Drop a marker line at the end."""
        self.view.buffer.append([MarkerLine(round(self.colony.store.now().timestamp() * 1e9))])

    def action_copy_lines(self) -> None:
        """Copy the lines on the screen."""
        lines = self.view.lines_on_screen()
        self.colony.copy("\n".join(plain(line.raw) for line in lines), plural(len(lines), "line"))

    async def action_save_log(self) -> None:
        """Ask where to, and save."""
        from colonytui.screens.save_log import SaveChoice, SaveLogScreen

        name = self.executor_name or short_id(self.process_id)
        counts = (self.view.shown_count, len(self.view.buffer))
        choice: SaveChoice | None = await self.app.push_screen_wait(SaveLogScreen(Path(f"{name}.log"), *counts))
        if choice is None:
            return
        buffer = self.view.buffer
        lines = list(buffer.slice(buffer.first, buffer.end) if choice.saves_all else self.view.shown_lines())
        try:
            await asyncio.to_thread(save_text, choice.path, to_text(lines, times=True))
        except SaveError as error:
            self.colony.warn(str(error))
        else:
            self.colony.inform(f"Saved {plural(len(lines), 'line')} to {choice.path}")

    # Reactions

    def on_key(self, event: events.Key) -> None:
        """Read the digit after T; any other key gives up choosing."""
        if not self._is_choosing_since:
            return
        self._is_choosing_since = False
        if event.character and event.character in "0123456":
            event.stop()
            self._show_since(int(event.character))
        self._show_state()

    @on(FindBar.Changed)
    def _find(self, message: FindBar.Changed) -> None:
        self.view.find(message.pattern, only_matches=message.only_matches)

    @on(FindBar.Left)
    def _leave_find_bar(self, message: FindBar.Left) -> None:
        self._find_bar.close(keeps_pattern=message.keeps_pattern)
        if not message.keeps_pattern:
            self.view.find(None)
        self.view.focus()

    @on(LogView.Changed)
    def _view_changed(self, message: LogView.Changed) -> None:
        message.stop()
        self._show_state()

    # Reading

    @work(exclusive=True, group="log-tail")
    async def _feed(self, tail: LogTail) -> None:
        async with aclosing(tail.events()) as news:
            async for event in news:
                self._take(event)

    def _take(self, event: TailEvent) -> None:
        buffer = self.view.buffer
        self._trouble = ""
        match event:
            case Appended(lines, gap):
                buffer.append([gap, *lines] if gap else lines)
            case Filled(gap, lines, rest):
                buffer.fill(gap, lines, rest)
            case CaughtUp(is_end):
                self._has_caught_up, self._has_ended = True, is_end
            case Interrupted(reason, None):
                self._trouble = f"the log cannot be read: {reason}"
            case Interrupted(reason, seconds) if seconds is not None:
                self._trouble = f"stale, retry in {format_duration(timedelta(seconds=seconds))}: {reason}"
        self._show_state()

    # Helpers

    def _go_to_match(self, *, forwards: bool) -> None:
        if self.view.index is None:
            self.colony.warn("Nothing to find yet: / opens the find bar.")
        elif not self.view.go_to_match(forwards=forwards):
            self.colony.warn("No line matches.")

    def _show_since(self, digit: int) -> None:
        if 1 <= digit <= len(SPANS):
            moment = self.colony.store.now() - [*SPANS.values()][digit - 1]
            self.view.show_since(round(moment.timestamp() * 1e9))
            return
        self.view.show_since(None)
        if digit == 0:
            self.view.action_go_to_start()

    def _show_state(self) -> None:
        if not self.is_attached or self._is_choosing_since:
            return
        self.border_title = Content(plain(" · ".join(self._title_parts())))
        self.border_subtitle = Content(plain(self._subtitle()))
        self.view.empty_text = self._empty_text()

    def _title_parts(self) -> list[str]:
        view, glyphs = self.view, self.colony.glyphs
        parts = [f"Log of {self.executor_name}" if self.executor_name else "Log"]
        if self._has_ended:
            parts.append("complete")
        else:
            parts.append(f"{glyphs.descending} follow" if view.follow else f"{glyphs.paused} paused")
        total = len(view.buffer)
        if view.index:
            parts.append(f"/{'!' if view.index.pattern.inverted else ''}{view.index.pattern.text}/")
            position = "" if view.current is None else f"{view.index.position(view.current):,}/"
            parts.append(f"{position}{len(view.index.numbers):,} of {plural(total, 'line')}")
            if view.index.is_given_up:
                parts.append("this pattern takes too long")
        elif total:
            parts.append(plural(total, "line"))
        if view.only_matches:
            parts.append("only matches")
        if view.since is not None:
            parts.append(f"since {datetime.fromtimestamp(view.since / 1e9, UTC).astimezone():%H:%M:%S}")
        if view.times is Times.UTC:
            parts.append("times in UTC")
        return parts

    def _subtitle(self) -> str:
        if self._trouble:
            return self._trouble
        new = self.view.new_lines
        if new and not self._has_ended:
            return f"{self.colony.glyphs.descending} {plural(new, 'new line')} (G)"
        return ""

    def _empty_text(self) -> str:
        if self._trouble:
            return self._trouble
        if len(self.view.buffer):
            return "No line matches. esc shows all lines."
        if self._has_ended:
            return "Nothing was logged."
        return "Nothing logged so far; lines appear here as they are written." if self._has_caught_up else "Reading…"
