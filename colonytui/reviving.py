"""Starting again what died of the local colony that somebody is looking at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from colonysdk.errors import ColonyError

if TYPE_CHECKING:
    from colonytui.app import ColonyApp
    from colonytui.local.directory import DataDirectory
    from colonytui.local.part import Part

_LOOK_SECONDS = 2.0


async def look_after(app: ColonyApp) -> None:
    """Look after the local colony for as long as the app runs: nobody would miss an executor that died."""
    from colonytui.local.colony import revive_dead_part

    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        await _revive(app, revive_dead_part)


async def revive(app: ColonyApp) -> None:
    """Start again what died of the local colony, and say so; one that was stopped stays so."""
    from colonytui.local.colony import revive_local_colony

    await _revive(app, revive_local_colony)
    app.feed.refresh()


async def _revive(app: ColonyApp, start_again: Callable[[DataDirectory], Part | None]) -> None:
    local = app.session.local
    if local is None:
        return
    try:
        revived = await asyncio.to_thread(start_again, local.directory)
    except ColonyError as error:
        app.warn(f"The local colony has a problem: {error}")
        return
    if revived is not None:
        app.warn(f"The local {revived.name} had died and was started again.")
        app.feed.refresh()
