"""The base of the views that the navigation switches between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical

from colonytui.bindings import bindings
from colonytui.catalogue.action import Scope
from colonytui.feed import Interest
from colonytui.filters import Field
from colonytui.watching import StoreWatcher


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

    def set_titles(self, title: str, subtitle: str) -> None:
        """Write on the border; it is only repainted when the text is another one."""
        if title != self.border_title:
            self.border_title = title
        if subtitle != self.border_subtitle:
            self.border_subtitle = subtitle

    def focus_main(self) -> None:
        """Move the focus to the view's main pane."""
