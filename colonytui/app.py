"""The application: it wires session, client, store and feed together, and offers services to its screens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from colonysdk.client import ColonyClient
from colonysdk.errors import ColonyError
from colonysdk.objects import FunctionSpec
from colonytui.bindings import ActionHost, bindings
from colonytui.catalogue.action import Scope
from colonytui.clock import Clock, SystemClock
from colonytui.feed import Feed, Interest
from colonytui.glyphs import ASCII, UNICODE, Glyphs
from colonytui.screens.frame import FrameScreen
from colonytui.screens.main import MainScreen
from colonytui.store import Store
from colonytui.themes import THEME_NAMES, THEMES
from colonytui.ui_settings import UiSettings
from colonytui.widgets.footer import ActionFooter

if TYPE_CHECKING:
    from textual import events
    from textual.notifications import SeverityLevel

    from colonytui.process_copies import Copy
    from colonytui.screens.confirm import Question
    from colonytui.session import Session


SAME_NOTICE_SECONDS = 10.0
"""A notice that says the same again within this time is not shown twice."""


def run_tui(session: Session, settings: UiSettings | None = None) -> int:
    """Run the terminal interface until the user leaves and return the exit code."""
    app = ColonyApp(session, settings)
    app.run()
    return app.return_code or 0


class ColonyApp(App[int], ActionHost):
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
        self.session = session
        self.settings = settings or UiSettings()
        self.store = Store(clock or SystemClock())
        self.client = client or ColonyClient(
            session.url, session.identity, session.colony_name, owner=session.colony_owner
        )
        self.feed = Feed(self.client, self.store, self._interest)
        self._noticed_at: dict[str, float] = {}
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.settings.theme

    # What screens may ask

    @property
    def read_only(self) -> bool:
        """Whether every changing action is refused."""
        return self.session.read_only

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""
        return ASCII if self.settings.ascii else UNICODE

    def open_process(self, process_id: str, siblings: Sequence[str] = (), tab: str = "overview") -> None:
        """Show a process; `siblings` are the ids of the list behind it, for stepping through them."""
        from colonytui.screens.process_detail import ProcessDetailScreen

        self.push_screen(ProcessDetailScreen(process_id, siblings=siblings, tab=tab))

    def open_logs(self, process_id: str, siblings: Sequence[str] = ()) -> None:
        """Show the log of a process."""
        self.open_process(process_id, siblings, tab="logs")

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

    async def confirm(self, question: Question) -> bool:
        """Ask, and return whether the user confirmed; rows stay still meanwhile. Await it from a worker."""
        from colonytui.screens.confirm import ConfirmScreen

        self.store.hold()
        try:
            return await self.push_screen_wait(ConfirmScreen(question)) or False
        finally:
            self.store.release()

    def copy(self, text: str, what: str) -> None:
        """Copy a text to the clipboard and say so; `what` names it, such as "id"."""
        from colonytui.clipboard import copy_text

        copy_text(self, text, what)

    async def choose_copy(self, copies: Sequence[Copy]) -> None:
        """Let the user choose which of these texts to copy. Await it from a worker."""
        from colonytui.screens.copy_menu import CopyMenu

        chosen = await self.push_screen_wait(CopyMenu(copies))
        if chosen is not None:
            self.copy(chosen.text, chosen.name)

    def refresh_footer(self) -> None:
        """Let the footer say anew which keys work, after the selection has changed."""
        for footer in self.screen.query(ActionFooter):
            footer.refresh()

    # Notices

    def inform(self, message: str) -> None:
        """Say in passing what has happened."""
        self._notice(message, "information", seconds=4)

    def warn(self, message: str) -> None:
        """Say in passing why something was not done."""
        self._notice(message, "warning", seconds=4)

    def show_error(self, doing: str, error: ColonyError) -> None:
        """Say that something failed; `doing` names it, such as "cancel a91f03c2"."""
        self._notice(f"Could not {doing}: {error}", "error", seconds=10)

    def show_unexpected(self, error: Exception) -> None:
        """Write an unexpected error to the log file and show where it is; the program goes on."""
        from colonytui.crash import write_report
        from colonytui.screens.unexpected import UnexpectedScreen

        self.push_screen(UnexpectedScreen(error, write_report(error)))

    # Life

    def get_default_screen(self) -> Screen[None]:
        """Start with the frame, so that it is painted before anything is asked."""
        return MainScreen()

    def on_mount(self) -> None:
        """Apply the user's settings."""
        self.set_keymap(self.settings.keymap)
        self.set_class(self.settings.ascii, "-ascii")

    def start_feed(self) -> None:
        """Begin to ask, once the first picture is painted."""
        self.run_worker(self.feed.run(), name="feed", group="feed")

    async def on_unmount(self) -> None:
        """Close the connections."""
        await self.client.aclose()

    def on_app_focus(self, _event: events.AppFocus) -> None:
        """Refresh at full speed while somebody looks."""
        self.feed.set_focused(True)

    def on_app_blur(self, _event: events.AppBlur) -> None:
        """Refresh slowly while nobody looks."""
        self.feed.set_focused(False)

    # Actions

    async def action_open_processes(self) -> None:
        """Show the processes."""
        await self.go_to("processes")

    async def action_open_executors(self) -> None:
        """Show the executors."""
        await self.go_to("executors")

    async def action_last_place(self) -> None:
        """Go back to the place before this one."""
        await self.go_to(self._main.last_place)

    def action_palette(self) -> None:
        """Open the command palette."""
        from textual.command import CommandPalette

        from colonytui.palette import ColonyCommands

        self.push_screen(CommandPalette(providers=[ColonyCommands], placeholder="Search actions, ids and executors"))

    def action_help(self) -> None:
        """Explain the keys that work here."""
        from colonytui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen))

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
        if self.screen is self._main:
            await self.action_quit()
        else:
            await self._leave_screen()

    async def action_quit(self) -> None:
        """Quit, after asking about forms with changes and about a local colony that still works."""
        from colonytui.leaving import may_quit

        while self.screen is not self._main:
            if not await self._leave_screen():
                return
        if await may_quit(self):
            self.exit(0)

    async def go_to(self, place: str) -> None:
        """Show one of the places of the navigation, leaving every screen above it."""
        while self.screen is not self._main:
            if not await self._leave_screen():
                return
        await self._main.show_place(place)

    @property
    def _main(self) -> MainScreen:
        main = self.screen_stack[0]
        assert isinstance(main, MainScreen)
        return main

    async def _leave_screen(self) -> bool:
        screen = self.screen
        if isinstance(screen, FrameScreen) and not await screen.may_leave():
            return False
        await self.pop_screen()
        return True

    def _interest(self) -> Interest:
        for screen in reversed(self.screen_stack):
            if isinstance(screen, FrameScreen):
                return screen.interest()
        return Interest()

    def _notice(self, message: str, severity: SeverityLevel, *, seconds: float) -> None:
        now = self.store.clock.monotonic()
        if now - self._noticed_at.get(message, -SAME_NOTICE_SECONDS) < SAME_NOTICE_SECONDS:
            return
        self._noticed_at = {message: now}
        self.notify(message, severity=severity, timeout=seconds, markup=False)
