"""The parts that the application is made of, and what it tells the user in passing."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from textual.app import App
from textual.filter import LineFilter

from colonysdk.errors import ColonyError, InvalidSettings
from colonytui.store.clock import Clock, SystemClock
from colonytui.store.store import Store
from colonytui.terminal.ascii_filter import AsciiFilter
from colonytui.terminal.glyphs import ASCII, UNICODE, Glyphs
from colonytui.themes import THEMES
from colonytui.ui_settings import UiSettings

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from colonysdk.client import ColonyClient
    from colonytui.actions.question import Question
    from colonytui.processes.copies import Copy
    from colonytui.session import Session

SAME_NOTICE_SECONDS = 10.0
"""A notice that says the same again within this time is not shown twice."""


class AppCore(App[int]):
    """Session, settings, client and store, with the notices and questions that every screen may use.

    Raises InvalidSettings for a theme that does not exist.
    """

    def __init__(
        self, session: Session, settings: UiSettings | None, client: ColonyClient | None, clock: Clock | None
    ) -> None:
        self.session = session
        self.settings = settings or UiSettings()
        self.store = Store(clock or SystemClock())
        self._client = client
        self._client_lock = Lock()
        self._noticed_at: dict[str, float] = {}
        self._ascii_filters = [AsciiFilter()] if self.settings.ascii else []
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        if self.settings.theme not in self.available_themes:
            known = ", ".join(sorted(self.available_themes))
            raise InvalidSettings(f"there is no theme {self.settings.theme!r}; there are {known}")
        self.theme = self.settings.theme
        if not self.settings.animation:
            self.animation_level = "none"

    @property
    def client(self) -> ColonyClient:
        """The client, made when it is first wanted: its libraries take longer to load than a frame to paint."""
        with self._client_lock:
            if self._client is None:
                self._client = self.session.client()
            return self._client

    @property
    def read_only(self) -> bool:
        """Whether every changing action is refused."""
        return self.session.read_only

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""
        return ASCII if self.settings.ascii else UNICODE

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Paint in ASCII only when the user wants that."""
        return [*super().get_line_filters(), *self._ascii_filters]

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

    # Questions

    async def confirm(self, question: Question) -> bool:
        """Ask, and return whether the user confirmed; rows stay still meanwhile. Await it from a worker."""
        from colonytui.screens.confirm import ConfirmScreen

        self.store.hold()
        try:
            return await self.push_screen_wait(ConfirmScreen(question)) or False
        finally:
            self.store.release()

    async def choose_copy(self, copies: Sequence[Copy]) -> None:
        """Let the user choose which of these texts to copy. Await it from a worker."""
        from colonytui.screens.copy_menu import CopyMenu

        chosen = await self.push_screen_wait(CopyMenu(copies))
        if chosen is not None:
            self.copy(chosen.text, chosen.name)

    def copy(self, text: str, what: str) -> None:
        """Copy a text to the clipboard and say so; `what` names it, such as "id"."""
        from colonytui.terminal.clipboard import copy_text

        self.run_worker(copy_text(self, text, what), name="copy", group="copy", exit_on_error=False)

    def _notice(self, message: str, severity: SeverityLevel, *, seconds: float) -> None:
        now = self.store.clock.monotonic()
        if now - self._noticed_at.get(message, -SAME_NOTICE_SECONDS) < SAME_NOTICE_SECONDS:
            return
        self._noticed_at = {message: now}
        self.notify(message, severity=severity, timeout=seconds, markup=False)
