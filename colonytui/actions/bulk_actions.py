"""How an action on one or many objects is carried out and reported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from colonytui.actions.bulk import BulkRun, Outcome

if TYPE_CHECKING:
    from colonytui.app import ColonyApp


async def run_on_all(app: ColonyApp, verb: str, ids: Sequence[str], act: Callable[[str], Awaitable[str]]) -> None:
    """Act on every object; one is reported in passing, many in a list of results. Await it from a worker."""
    if len(ids) > 1:
        from colonytui.screens.bulk import BulkScreen

        await app.push_screen_wait(BulkScreen(verb, ids, act))
        app.feed.refresh()
        return
    run = BulkRun(ids, act)
    for result in await run.run():
        if result.outcome is Outcome.DONE:
            app.inform(f"{result.name}: {result.message}")
        else:
            app.warn(f"Could not {verb} {result.name}: {result.message}")
    app.feed.refresh()
