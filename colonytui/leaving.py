"""What is asked before the program ends: whether an embedded local colony with work left should go on without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colonytui.screens.leave_local import LeaveLocalScreen, Leaving

if TYPE_CHECKING:
    from colonytui.app import ColonyApp


async def may_quit(app: ColonyApp) -> bool:
    """Whether to quit now; decides `app.stop_local_colony` on the way. Await it from a worker."""
    local = app.session.local
    if local is None:
        return True
    unfinished = _unfinished(app)
    if not unfinished:
        app.stops_local_colony = local.was_started
        return True
    choice = await app.push_screen_wait(LeaveLocalScreen(unfinished))
    app.stops_local_colony = choice is Leaving.STOP
    return choice in (Leaving.STOP, Leaving.LEAVE_RUNNING)


def _unfinished(app: ColonyApp) -> int:
    statistics = app.store.statistics
    return 0 if statistics is None else statistics.waiting_processes + statistics.running_processes
