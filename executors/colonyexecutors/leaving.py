"""What a process leaves on this machine: made accessible before it is published, and removed in the end."""

import asyncio
from functools import partial

import structlog

from colonyexecutors import stages
from colonyexecutors.errors import RuntimeUnavailable, StartFailed
from colonyexecutors.job import Job
from colonyexecutors.journal import Entry
from colonyexecutors.runtimes.base import Handle
from colonyexecutors.site import Site
from colonyexecutors.staging.place import is_closed

_log = structlog.get_logger()


async def open_files(site: Site, job: Job | None, handle: Handle | None) -> None:
    """Make the files of a program readable and removable for this executor, whatever user the program ran as.

    What stays closed is told by whoever needs it.
    """
    if handle is None or job is None or job.files is None:
        return
    place = site.staging.place_of(job)
    if await asyncio.to_thread(is_closed, place):
        try:
            await site.runtime.open_files(handle, place)
        except (StartFailed, RuntimeUnavailable) as error:
            _log.warning("files of a program stay closed", process_id=job.process_id, problem=str(error))


async def clean_up(site: Site, entry: Entry, job: Job | None, handle: Handle | None) -> None:
    """Remove a program and its files, then the record of it."""
    await open_files(site, job, handle)
    if handle is not None:
        try:
            await stages.patiently(partial(site.runtime.remove, handle))
        except RuntimeUnavailable as error:
            _log.error("a program cannot be removed", process_id=entry.process_id, problem=str(error))
    if job is not None and job.files is not None:
        await site.staging.clean(job)
    site.journal.remove(entry)
