"""The base of the views that the navigation switches between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical

from colonytui.actions.bindings import bindings
from colonytui.actions.catalogue.action import Scope
from colonytui.store.connection import Link
from colonytui.store.feed import Interest
from colonytui.tables.filters import Field
from colonytui.widgets.watching import StoreWatcher


class PlaceView(Vertical, StoreWatcher):
    """One place of the navigation; it stays mounted, with its state, once it was shown."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.VIEW)

    def interest(self) -> Interest:
        """Say what the feed should ask for while this view is shown."""
        return Interest()

    @property
    def filter_fields(self) -> Mapping[str, Field[Any]]:
        """What a filter of this view can ask about, by name."""
        return {}

    def no_answer_text(self) -> str:
        """What an empty view says before the first answer."""
        connection, session = self.colony.store.connection, self.colony.session
        match connection.link:
            case Link.FORBIDDEN:
                return (
                    f"The server refuses identity {session.identity.id} in colony {session.colony_name}: "
                    f"{connection.reason}. ctrl+r to try again."
                )
            case Link.STALE:
                return f"No answer from {session.url}: {connection.reason}. It is tried again; ctrl+r tries now."
            case _:
                return "Asking the server…"

    def set_titles(self, title: str, subtitle: str) -> None:
        """Write on the border; it is only repainted when the text is another one."""
        if title != self.border_title:
            self.border_title = title
        if subtitle != self.border_subtitle:
            self.border_subtitle = subtitle

    def focus_main(self) -> None:
        """Move the focus to the view's main pane."""
