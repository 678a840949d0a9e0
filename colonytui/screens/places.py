"""The places of the navigation, in the order of their number keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from colonytui.screens.place_view import PlaceView


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    id: str
    key: str
    title: str
    make: Callable[[], PlaceView]
    """Creates its view; the import waits until the place is first shown."""


def _processes() -> PlaceView:
    from colonytui.screens.processes import ProcessesView

    return ProcessesView(id="processes")


def _executors() -> PlaceView:
    from colonytui.screens.executors import ExecutorsView

    return ExecutorsView(id="executors")


PLACES: tuple[Place, ...] = (
    Place("processes", "2", "Processes", _processes),
    Place("executors", "4", "Executors", _executors),
)
