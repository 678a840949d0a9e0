"""The end of a local colony: executor first, so that nothing finishes unrecorded, then the server."""

import asyncio
import math
import signal

from colonytui.local.colony import LOCK_SECONDS, executor_part, find_local_colony, server_part
from colonytui.local.directory import DataDirectory
from colonytui.local.errors import LocalColonyFailed
from colonytui.local.part import Part

_IDLE_SECONDS = 2.0
_STOP_SECONDS = 10.0
_KILL_SECONDS = 5.0


def stop_local_colony(directory: DataDirectory, *, drain: bool) -> bool:
    """Stop what runs of the colony, and return whether anything did; what is queued stays queued.

    With `drain` running processes end first, however long that takes; without, they are stopped. Raises
    LocalColonyFailed when a part cannot be stopped.
    """
    with directory.locked(LOCK_SECONDS):
        executor, server = executor_part(directory), server_part(directory)
        something_ran = executor.is_running() or server.is_running()
        # An executor drains at the first signal and stops hard at the second.
        _stop(executor, patience=(math.inf,) if drain else (_IDLE_SECONDS, _STOP_SECONDS))
        _stop(server, patience=(_STOP_SECONDS,))
        return something_ran


def unfinished_processes(directory: DataDirectory) -> int:
    """Count the processes that wait or run; 0 when the colony is not running."""
    colony = find_local_colony(directory)
    if colony is None:
        return 0
    from colonysdk.client import ColonyClient

    async def count() -> int:
        async with ColonyClient(colony.url, colony.user, colony.name) as client:
            statistics = await client.statistics()
            return statistics.waiting_processes + statistics.running_processes

    return asyncio.run(count())


def _stop(part: Part, patience: tuple[float, ...]) -> None:
    for seconds in patience:
        part.send(signal.SIGTERM)
        if part.wait_until_ended(seconds):
            break
    else:
        part.kill()
        if not part.wait_until_ended(_KILL_SECONDS):
            raise LocalColonyFailed(f"the local {part.name} cannot be stopped; see {part.log}")
    # What is not ready any more was stopped on purpose; `revive_local_colony` goes by that.
    part.ready_file.unlink(missing_ok=True)
