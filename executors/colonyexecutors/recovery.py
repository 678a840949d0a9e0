"""Taking up again what was left: by a crash of this executor, or by an answer of the server that never arrived."""

import structlog

from colonyexecutors.job import attempt_of
from colonyexecutors.ownership import is_ours
from colonyexecutors.running import RunningProcesses
from colonyexecutors.runtimes.base import Phase
from colonyexecutors.site import Site
from colonysdk.errors import ColonyError
from colonysdk.objects import Process, ProcessState

_LONG_AGO_SECONDS = 10 * 365 * 86_400

_log = structlog.get_logger()


async def go_on_after_restart(site: Site, running: RunningProcesses) -> None:
    """Give every journal entry its program back, and remove the programs that no entry claims."""
    found = {(handle.process_id, handle.attempt): (handle, phase) for handle, phase in await site.runtime.find()}
    for entry in site.journal.entries():
        if entry.runtime != site.runtime.name:
            _log.warning("a process needs another runtime", process_id=entry.process_id, runtime=entry.runtime)
            running.leave(entry)
            continue
        handle, phase = found.pop((entry.process_id, entry.attempt), (None, Phase.CREATED))
        if handle is not None and phase is Phase.CREATED:
            # It was never started, so it can be made anew.
            await site.runtime.remove(handle)
            handle, entry.started_at = None, None
        _log.info("going on with a process", process_id=entry.process_id, runs=handle is not None)
        running.go_on(entry, handle)
    for handle, _ in found.values():
        _log.warning("removing a program that belongs to no process of ours", process_id=handle.process_id)
        await site.runtime.remove(handle)


async def take_lost_assignments(site: Site, running: RunningProcesses) -> None:
    """Take on what the server has assigned to this executor without it ever hearing so."""
    try:
        listed = await site.client.process_history(_LONG_AGO_SECONDS, ProcessState.RUNNING, site.executor_id)
        for candidate in listed:
            if running.knows(candidate) or not _is_ours(site, candidate):
                continue
            # The list may be older than an end that was reported since.
            process = await site.client.process(candidate.process_id)
            if _is_ours(site, process):
                running.take(process)
    except ColonyError as error:
        _log.info("lost assignments cannot be looked for", problem=str(error))


def _is_ours(site: Site, process: Process) -> bool:
    return is_ours(process, site.executor_id, attempt_of(process))
