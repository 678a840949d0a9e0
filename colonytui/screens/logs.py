"""A log on the whole screen: of a process, or of an executor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from colonysdk.objects import Process
from colonytui.actions.bindings import bindings
from colonytui.actions.registry import Action, Scope
from colonytui.processes.actions import ProcessActions
from colonytui.processes.names import short_id
from colonytui.processes.overview import process_title
from colonytui.screens.frame import FrameScreen
from colonytui.store.feed import Interest
from colonytui.terminal.tones import tone_style
from colonytui.widgets.log_pane import LogPane
from colonytui.widgets.watching import StoreChanged, StoreWatcher


class LogScreen(FrameScreen, ProcessActions, StoreWatcher):
    """Follows a log; `siblings` are the ids of the list behind a process, for stepping through them."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.DETAIL)
    DEFAULT_CSS = """
    LogScreen .about { height: 1; padding: 0 1; }
    LogScreen.-zoomed .about { display: none; }
    """

    def __init__(self, process_id: str = "", executor_name: str = "", *, siblings: Sequence[str] = ()) -> None:
        super().__init__()
        self.process_id = process_id
        self.executor_name = executor_name
        self._siblings = tuple(siblings) or (process_id,)
        self._process: Process | None = None

    def compose_body(self) -> ComposeResult:
        """Yield what the log is of, and the log."""
        self._about = Static(classes="about")
        self._log = LogPane(self.process_id, self.executor_name)
        yield self._about
        yield self._log

    def on_mount(self) -> None:
        """Begin in the log."""
        self.set_interval(1.0, self._show_title)
        self._take_news()
        self._log.view.focus()

    def interest(self) -> Interest:
        """Ask for the process, to know when it ends."""
        return Interest(process_ids=frozenset([self.process_id] if self.process_id else []))

    def selected_processes(self) -> Sequence[Process]:
        """The process itself."""
        return [self._process] if self._process else []

    def sibling_ids(self) -> Sequence[str]:
        """The list behind it."""
        return self._siblings

    def offers(self, action: Action) -> bool:
        """An executor's log has no process to act on."""
        if self.executor_name and action.scope in (Scope.PROCESS, Scope.DETAIL):
            return False
        return action.id != "process.logs" and super().offers(action)

    def unavailable(self, action: Action) -> str | None:
        """Say why there is no other process to go to."""
        if action.id in ("detail.next", "detail.previous") and len(self._siblings) == 1:
            return "There is no other process in the list behind."
        return super().unavailable(action)

    def action_next_process(self) -> None:
        """Read the log of the next process of the list behind."""
        self._step(1)

    def action_previous_process(self) -> None:
        """Read the log of the previous process of the list behind."""
        self._step(-1)

    def action_filter(self) -> None:
        """Find in the log."""
        self._log.action_find()

    @on(StoreChanged)
    def _take_news(self) -> None:
        self._process = self.colony.store.process(self.process_id) or self._process
        if self._process and self._process.state.is_final:
            self._log.finish()
        self._show_title()
        self.colony.refresh_footer()

    def _step(self, steps: int) -> None:
        at = self._siblings.index(self.process_id) if self.process_id in self._siblings else 0
        self.process_id = self._siblings[(at + steps) % len(self._siblings)]
        self._process = None
        self._log.read(self.process_id)
        self._take_news()
        self.colony.feed.refresh()

    def _show_title(self) -> None:
        store, title = self.colony.store, Content(short_id(self.process_id) or f"executor {self.executor_name}")
        if self._process:
            cells = process_title(self._process, store.now(), self.colony.glyphs)
            title = Content.assemble(*((cell.text, tone_style(cell.tone)) for cell in cells))
        self._about.update(title)
