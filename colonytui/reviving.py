"""Starting again what died of the local colony that somebody is looking at."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from colonysdk.errors import ColonyError

if TYPE_CHECKING:
    from colonytui.app import ColonyApp


async def revive(app: ColonyApp) -> None:
    """Start again what died of the local colony, and say so when it does not start; one that was stopped stays so."""
    from colonytui.local.colony import revive_local_colony

    local = app.session.local
    if local is None:
        return
    try:
        await asyncio.to_thread(revive_local_colony, local.directory)
    except ColonyError as error:
        app.warn(f"The local colony has a problem: {error}")
    app.feed.refresh()
