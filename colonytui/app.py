"""The application: it wires the feed to the store and carries out the actions that work everywhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from colonytui.actions.available import available_actions
from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.registry import Scope
from colonytui.app_opening import AppOpening
from colonytui.processes.names import short_id
from colonytui.store.clock import Clock
from colonytui.store.connection import Link
from colonytui.store.feed import Feed, Interest, Interested
from colonytui.store.store import Change
from colonytui.themes import THEME_NAMES
from colonytui.ui_settings import UiSettings, needs_ascii
from colonytui.widgets.footer import ActionFooter

if TYPE_CHECKING:
    from textual import events

    from colonysdk.client import ColonyClient
    from colonytui.session import Session


def run_tui(session: Session, settings: UiSettings | None = None) -> int:
    """Run the terminal interface until the user leaves and return the exit code.

    Raises InvalidSettings for a theme that does not exist.
    """
    app = ColonyApp(session, settings or UiSettings(ascii=needs_ascii()))
    app.run()
    if app.stops_local_colony and session.local is not None:
        from colonytui.local.stopping import stop_local_colony

        print("Stopping the local colony …", file=sys.stderr)
        stop_local_colony(session.local.directory, drain=False)
    return app.return_code or 0


class ColonyApp(AppOpening, ActionHost):
    """The terminal interface of one colony."""

    TITLE = "colony-tui"
    # Textual does not load the style sheet of the default screen itself.
    CSS_PATH: ClassVar[list[str]] = ["themes/tokens.tcss", "screens/main.tcss"]  # type: ignore[assignment]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.GLOBAL)

    def __init__(
        self,
        session: Session,
        settings: UiSettings | None = None,
        *,
        client: ColonyClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(session, settings, client, clock)
        self.stops_local_colony = False
        self._link = self.store.connection.link
        self.feed = Feed(lambda: self.client, self.store, self._interest)

    def on_mount(self) -> None:
        """Apply the user's settings."""
        self.set_keymap(self.settings.keymap)
        self.set_class(self.settings.ascii, "-ascii")
        self.app_resume_signal.subscribe(self, lambda _app: self.feed.refresh())
        self.store.subscribe(self._tell_of_connection)
        if self.session.note:
            self.inform(self.session.note)

    def start_feed(self) -> None:
        """Begin to ask, once the first picture is painted."""
        self.run_worker(self.feed.run(), name="feed", group="background")
        if self.session.local is not None:
            from colonytui.reviving import look_after

            self.run_worker(look_after(self), name="look after", group="background", exit_on_error=False)

    async def on_unmount(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    def on_app_focus(self, _event: events.AppFocus) -> None:
        """Refresh at full speed while somebody looks."""
        self.feed.set_focused(True)

    def on_app_blur(self, _event: events.AppBlur) -> None:
        """Refresh slowly while nobody looks."""
        self.feed.set_focused(False)

    def refresh_footer(self) -> None:
        """Let the footer say anew which keys work, after the selection has changed."""
        for footer in self.screen.query(ActionFooter):
            footer.update()

    # Actions

    async def action_open_processes(self) -> None:
        """Show the processes."""
        await self.go_to("processes")

    async def action_open_executors(self) -> None:
        """Show the executors."""
        await self.go_to("executors")

    async def action_last_place(self) -> None:
        """Go back to the place before this one."""
        await self.go_to(self.main.last_place)

    async def action_command_line(self) -> None:
        """Read and carry out a command."""
        from colonytui.actions.command_line import completions
        from colonytui.actions.command_running import run_command
        from colonytui.screens.command_line import CommandLineScreen

        ids = [short_id(process.process_id) for process in self.store.known_processes()]
        executors = [executor.executor_name for executor in self.store.executors]
        themes = sorted(self.available_themes)
        screen = CommandLineScreen(lambda text: completions(text, ids, executors, themes))
        command = await self.push_screen_wait(screen)
        if command is not None:
            await run_command(self, command)

    def action_palette(self) -> None:
        """Open the command palette."""
        from textual.command import CommandPalette

        from colonytui.actions.palette import ColonyCommands

        self.push_screen(CommandPalette(providers=[ColonyCommands], placeholder="Search actions, ids and executors"))

    def action_help(self) -> None:
        """Explain the keys that work here."""
        from colonytui.screens.help import HelpScreen

        self.push_screen(HelpScreen(available_actions(self.screen), self._filter_fields()))

    def action_refresh_now(self) -> None:
        """Ask the server now."""
        self.feed.refresh()

    def action_toggle_pause(self) -> None:
        """Stop or resume the live refresh."""
        self.feed.set_paused(not self.store.connection.paused)

    def action_submit(self) -> None:
        """Open an empty submit form."""
        self.open_submit()

    def action_next_theme(self) -> None:
        """Switch to the next of the program's own themes."""
        at = THEME_NAMES.index(self.theme) if self.theme in THEME_NAMES else -1
        self.theme = THEME_NAMES[(at + 1) % len(THEME_NAMES)]

    async def action_leave(self) -> None:
        """Leave this screen; quit when it is the first one."""
        if self.screen is self.main:
            await self.action_quit()
        else:
            await self.leave_screen()

    async def action_quit(self) -> None:
        """Quit, after asking about forms with changes and about a local colony that still works."""
        from colonytui.leaving import may_quit

        while self.screen is not self.main:
            if not await self.leave_screen():
                return
        if await may_quit(self):
            self.exit(0)

    def _handle_exception(self, error: Exception) -> None:
        """Leave the terminal clean and say in one line where the details are."""
        from rich.text import Text

        from colonytui.crash import write_report

        report = write_report(error)
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        where = f"the details are in {report}" if report else f"{type(error).__name__}: {error}"
        self.panic(Text(f"colony-tui stopped because of an unexpected error; {where}"))

    def _tell_of_connection(self, _change: Change) -> None:
        before, self._link = self._link, self.store.connection.link
        if before is not Link.STALE and self._link is Link.STALE and self.session.local is not None:
            from colonytui.reviving import revive

            self.run_worker(revive(self), name="revive", group="revive", exclusive=True, exit_on_error=False)
        match before, self._link:
            case (Link.STALE | Link.FORBIDDEN, Link.LIVE):
                self.inform("The server answers again.")
            case (Link.CONNECTING | Link.STALE | Link.LIVE, Link.FORBIDDEN):
                self.warn(f"The server refuses {self.session.identity.id[:8]}: {self.store.connection.reason}")

    def _interest(self) -> Interest:
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Interested):
                return screen.interest()
        return Interest()

    def _filter_fields(self) -> dict[str, str]:
        fields = self.main.filter_fields if self.screen is self.main else {}
        return {field.name: field.sentence for field in fields.values()}
