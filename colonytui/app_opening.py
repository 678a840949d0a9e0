"""How one screen leads to another."""

from __future__ import annotations

from collections.abc import Sequence

from textual.screen import Screen

from colonysdk.objects import FunctionSpec
from colonytui.app_core import AppCore
from colonytui.screens.frame import FrameScreen
from colonytui.screens.main import MainScreen


class AppOpening(AppCore):
    """Opens and leaves screens; modules of screens are imported when they are first opened."""

    def get_default_screen(self) -> Screen[None]:
        """Start with the frame, so that it is painted before anything is asked."""
        return MainScreen()

    @property
    def main(self) -> MainScreen:
        """The first screen, under all others."""
        main = self.screen_stack[0]
        assert isinstance(main, MainScreen)
        return main

    def open_process(self, process_id: str, siblings: Sequence[str] = (), tab: str = "overview") -> None:
        """Show a process; `siblings` are the ids of the list behind it, for stepping through them."""
        from colonytui.screens.process_detail import ProcessDetailScreen

        self.push_screen(ProcessDetailScreen(process_id, siblings=siblings, tab=tab))

    def open_logs(self, process_id: str, siblings: Sequence[str] = ()) -> None:
        """Show the log of a process."""
        from colonytui.screens.logs import LogScreen

        self.push_screen(LogScreen(process_id, siblings=siblings))

    def open_executor_log(self, executor_name: str) -> None:
        """Show everything that an executor logged."""
        from colonytui.screens.logs import LogScreen

        self.push_screen(LogScreen(executor_name=executor_name))

    def open_explain(self, process_id: str) -> None:
        """Say why a process waits, what it is doing, or why it failed."""
        from colonytui.screens.explain import ExplainScreen

        self.push_screen(ExplainScreen(process_id))

    def open_submit(self, initial_spec: FunctionSpec | None = None) -> None:
        """Open the submit form, empty or with a specification."""
        from colonytui.screens.submit import SubmitScreen

        self.push_screen(SubmitScreen(initial_spec))

    def open_executor(self, executor_name: str) -> None:
        """Show an executor."""
        from colonytui.screens.executor_detail import ExecutorDetailScreen

        self.push_screen(ExecutorDetailScreen(executor_name))

    async def show_processes(self, tab_id: str, filter_text: str = "") -> None:
        """Show a tab of the process list with a filter. Await it from a worker."""
        if await self.go_to("processes"):
            self.main.processes.show_filtered(tab_id, filter_text)

    async def go_to(self, place: str) -> bool:
        """Show a place of the navigation and return whether every screen above it could be left."""
        while self.screen is not self.main:
            if not await self.leave_screen():
                return False
        await self.main.show_place(place)
        return True

    async def leave_screen(self) -> bool:
        """Close the top screen unless it wants to stay, and return whether it closed."""
        screen = self.screen
        if isinstance(screen, FrameScreen) and not await screen.may_leave():
            return False
        # Not awaited: this may run in a worker of the screen itself, which ends with it.
        self.pop_screen()
        return True
