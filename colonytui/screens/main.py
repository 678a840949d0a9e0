"""The first screen: navigation on the left, or above when it is narrow, and the place it points to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import ContentSwitcher

from colonytui.screens.frame import FrameScreen
from colonytui.screens.place_view import PlaceView
from colonytui.screens.places import PLACES
from colonytui.store.feed import Interest
from colonytui.tables.filters import Field
from colonytui.widgets.navigation import Navigation

if TYPE_CHECKING:
    from colonytui.screens.processes import ProcessesView


class MainScreen(FrameScreen):
    """Shows one place at a time; a place is created when it is first shown and keeps its state."""

    def __init__(self) -> None:
        super().__init__()
        self.place = PLACES[0].id
        self.last_place = PLACES[0].id

    def compose_body(self) -> ComposeResult:
        """Show the first place."""
        with Horizontal(id="frame"):
            yield Navigation(PLACES, self.place)
            with ContentSwitcher(initial=self.place, id="places"):
                yield PLACES[0].make()

    def on_mount(self) -> None:
        """Begin in the main pane."""
        self._view.focus_main()
        self.call_after_refresh(self.colony.start_feed)

    def interest(self) -> Interest:
        """Ask for what the shown place needs."""
        return self._view.interest()

    @property
    def filter_fields(self) -> Mapping[str, Field[Any]]:
        """What a filter of the shown place can ask about."""
        return self._view.filter_fields

    @property
    def processes(self) -> ProcessesView:
        """The process list."""
        from colonytui.screens.processes import ProcessesView

        return self.query_one(ProcessesView)

    async def show_place(self, place_id: str) -> None:
        """Switch to a place."""
        if place_id == self.place:
            return
        switcher = self.query_one("#places", ContentSwitcher)
        if not switcher.query(f"#{place_id}"):
            place = next(place for place in PLACES if place.id == place_id)
            await switcher.add_content(place.make())
        switcher.current = place_id
        self.last_place, self.place = self.place, place_id
        self.query_one(Navigation).current = place_id
        self._view.focus_main()
        self.colony.feed.refresh()

    async def action_step_back(self) -> None:
        """Stay: there is nothing behind the first screen."""

    @on(Navigation.Chosen)
    async def _go(self, message: Navigation.Chosen) -> None:
        await self.show_place(message.place_id)

    @property
    def _view(self) -> PlaceView:
        return self.query_one(f"#{self.place}", PlaceView)
