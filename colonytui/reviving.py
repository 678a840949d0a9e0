"""Starting again what died of the local colony that somebody is looking at."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from colonysdk.errors import ColonyError

if TYPE_CHECKING:
    from colonytui.app import ColonyApp

_LOOK_SECONDS = 2.0


async def look_after(app: ColonyApp) -> None:
    """Look after the local colony for as long as the app runs: nobody would miss an executor that died."""
    from colonytui.local.colony import dead_part

    local = app.session.local
    while local is not None:
        await asyncio.sleep(_LOOK_SECONDS)
        if await asyncio.to_thread(dead_part, local.directory) is not None:
            await revive(app)


async def revive(app: ColonyApp) -> None:
    """Start again what died of the local colony, and say so; one that was stopped stays so."""
    from colonytui.local.colony import revive_local_colony

    local = app.session.local
    if local is None:
        return
    try:
        revived = await asyncio.to_thread(revive_local_colony, local.directory)
    except ColonyError as error:
        app.warn(f"The local colony has a problem: {error}")
    else:
        if revived is not None:
            app.warn(f"The local {revived.name} had died and was started again.")
    app.feed.refresh()
