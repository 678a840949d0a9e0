"""One executor: capabilities, allocations, functions, and what it runs."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from colonysdk.errors import ColonyError
from colonysdk.objects import Executor, Function, ProcessState
from colonytui.executors import facts as executor_facts
from colonytui.executors.actions import ExecutorActions
from colonytui.screens.frame import FrameScreen
from colonytui.store.feed import Interest
from colonytui.store.process_list import ListQuery
from colonytui.terminal.tones import tone_style
from colonytui.widgets.watching import StoreChanged, StoreWatcher

_RUNNING = ListQuery(ProcessState.RUNNING)
_NAME_WIDTH = 11


class ExecutorDetailScreen(FrameScreen, StoreWatcher, ExecutorActions):
    """Everything that is known about an executor."""

    def __init__(self, executor_name: str) -> None:
        super().__init__()
        self._executor_name = executor_name
        self._functions: Sequence[Function] = ()

    def compose_body(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(classes="panel", id="executor") as pane:
            pane.border_title = f"Executor {self._executor_name}"
            yield Static(id="facts")

    def on_mount(self) -> None:
        """Show what is known, and ask for the functions."""
        self._show()
        self.run_worker(self._load_functions(), exit_on_error=False)

    def interest(self) -> Interest:
        """Ask for the executors and for what they run."""
        return Interest(frozenset((_RUNNING,)), executors=True)

    def selected_executors(self) -> Sequence[Executor]:
        """This executor, when it is known."""
        executor = self.colony.store.executor(self._executor_name)
        return () if executor is None else (executor,)

    @on(StoreChanged)
    def _show(self) -> None:
        text = self.query_one("#facts", Static)
        executor = self.colony.store.executor(self._executor_name)
        if executor is None:
            text.update(Content(f"There is no executor {self._executor_name} in this colony. esc to go back."))
            return
        now = self.colony.store.now()
        running = [
            process
            for process in self.colony.store.processes(_RUNNING).processes.values()
            if process.assigned_executor_id == executor.executor_id
        ]
        sections = {
            "": executor_facts.overview(executor, now),
            "Running": executor_facts.running(running, now),
            "Capabilities": executor_facts.capabilities(executor),
            "Allocations": executor_facts.allocations(executor),
            "Functions": executor_facts.functions(self._functions),
        }
        text.update(Content("\n").join([_section(title, lines) for title, lines in sections.items() if lines]))

    async def _load_functions(self) -> None:
        try:
            self._functions = await self.colony.client.functions(self._executor_name)
        except ColonyError as error:
            self.colony.show_error(f"read the functions of {self._executor_name}", error)
        else:
            self._show()


def _section(title: str, lines: Sequence[executor_facts.Line]) -> Content:
    rows = [Content.styled(title, "bold $text-primary")] if title else []
    for name, cell in lines:
        rows.append(Content.assemble((f"{name:<{_NAME_WIDTH}} ", "$text-muted"), (cell.text, tone_style(cell.tone))))
    return Content("\n").join([*rows, Content("")])
