"""The frame of every full screen: live header, body, footer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.catalogue.action import Scope
from colonytui.store.feed import Interest
from colonytui.widgets.footer import ActionFooter
from colonytui.widgets.header import LiveHeader


class FrameScreen(Screen[None], ActionHost):
    """A full screen between the live header and the footer; subclasses compose the body."""

    BINDINGS = bindings(Scope.VIEW)
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as the base class declares it
        (0, "-one-pane"),
        (80, "-tabs"),
        (100, "-nav"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]  # noqa: RUF012 - as above

    def compose(self) -> ComposeResult:
        """Put the body between header and footer."""
        yield LiveHeader()
        yield from self.compose_body()
        yield ActionFooter()

    def compose_body(self) -> ComposeResult:
        """Yield what stands between header and footer."""
        yield from ()

    def interest(self) -> Interest:
        """Say what the feed should ask for while this screen is on top."""
        return Interest()

    def on_screen_resume(self) -> None:
        """Ask for what this screen shows: nothing may have happened that would make the feed ask by itself."""
        self.colony.feed.refresh()

    async def may_leave(self) -> bool:
        """Whether the screen may close, perhaps after asking; for screens that hold unsaved work to override."""
        return True

    async def action_step_back(self) -> None:
        """Close this screen."""
        await self.colony.action_leave()

    def action_zoom(self) -> None:
        """Give the main pane the whole screen, and back."""
        self.toggle_class("-zoomed")
