"""The stages of a process, each with its own typed failure.

validate → prepare → image → stage in → start → run → stage out → close.

Every failure says in one sentence what went wrong, with a stable code, a hint, and whether submitting again may help.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import structlog

from colonyexecutors.delivery import deliver
from colonyexecutors.errors import ImageFailed, RuntimeUnavailable, StartFailed
from colonyexecutors.fitting import check_fits
from colonyexecutors.hook import prepare as run_hook
from colonyexecutors.job import Job, read_job
from colonyexecutors.journal import Entry
from colonyexecutors.runtimes.base import Bind, Exit, Handle, Image, Workload
from colonyexecutors.site import Site
from colonyexecutors.staging.paths import Relocation
from colonyexecutors.staging.staging import Tell
from colonysdk.errors import Refused

ResultT = TypeVar("ResultT")

_PATIENCE_SECONDS, _RETRY_SECONDS = 60.0, 1.0
_SLOW_SECONDS = 5.0
"""Whoever waits for longer than that without seeing anything wants to know for what."""
_FILES_VARIABLE = "COLONIES_FS_DIR"
_RUNTIME_HINT = "start the Docker daemon on the executor's machine"

_log = structlog.get_logger()


def validate(site: Site, entry: Entry) -> Job:
    """Read the process as a job; raises ValidateFailed."""
    job = read_job(entry.process, image_required=site.runtime.uses_images)
    check_fits(job, site.total)
    return job


async def prepare(site: Site, job: Job) -> Job:
    """Let the site see the job first; raises PrepareFailed."""
    return await run_hook(site.hook, job)


@asynccontextmanager
async def image_of(site: Site, job: Job, tell: Tell) -> AsyncIterator[Image]:
    """Have the job's image on this machine for as long as the block lasts; raises ImageFailed."""
    if not site.runtime.uses_images:
        if job.image:
            site.notify(f"images are ignored: programs run as plain processes, not in {job.image}")
        yield Image(id="", digest="")
        return
    with site.images.keep(job.image):
        try:
            image = await _explained(
                patiently(partial(site.images.ensure, job.image, job.pull)),
                partial(tell, f"colony: image: fetching {job.image}"),
            )
        except RuntimeUnavailable as error:
            raise ImageFailed("runtime_unavailable", str(error), hint=_RUNTIME_HINT, retry=True) from error
        yield image


async def stage_in(site: Site, job: Job, tell: Tell) -> None:
    """Bring the job's files to this machine; raises StageInFailed."""
    if job.files is not None:
        await site.staging.stage_in(job, tell)


async def sync(site: Site, job: Job, tell: Tell) -> None:
    """Bring the files of a process that runs nothing; raises StageInFailed."""
    await stage_in(site, job, tell)
    if not site.staging.is_shared:
        await tell(
            "colony: stage-in: every process has files of its own on this executor (EXECUTOR_FS_SHARED is not set), "
            "so those that come later bring them by their own fs"
        )


async def stage_out(site: Site, job: Job, tell: Tell) -> None:
    """Publish what the program left, however it ended; raises StageOutFailed."""
    if job.files is not None:
        await site.staging.stage_out(job, tell)


async def create(site: Site, job: Job, image_id: str, gpu_ids: tuple[str, ...]) -> Handle:
    """Prepare the program, which gets these GPUs; raises StartFailed."""
    workload = _with_files(
        site,
        job,
        Workload(
            process_id=job.process_id,
            attempt=job.attempt,
            argv=job.command.argv,
            image=image_id,
            environment=job.environment,
            replace_entrypoint=job.command.by_shell,
            working_directory=job.working_directory,
            user=job.user,
            has_network=job.has_network,
            cpu_milli=job.cpu_milli,
            memory_bytes=job.memory_bytes,
            pids=site.limits.processes,
            log_bytes=site.limits.log_bytes,
            gpu_ids=gpu_ids,
            nodes=job.nodes,
            processes_per_node=job.processes_per_node,
        ),
    )
    try:
        handle = await patiently(partial(site.runtime.create, workload))
    except RuntimeUnavailable as error:
        raise StartFailed("runtime_unavailable", str(error), hint=_RUNTIME_HINT, retry=True) from error
    for note in handle.notes:
        site.notify(f"process {job.process_id}: {note}")
    return handle


async def start(site: Site, entry: Entry, handle: Handle) -> None:
    """Let the program run, after the journal says that it may; raises StartFailed."""
    entry.started_at = time.time()
    site.journal.update(entry)
    try:
        await site.runtime.start(handle)
    except RuntimeUnavailable as error:
        raise StartFailed("runtime_unavailable", str(error), hint=_RUNTIME_HINT, retry=True) from error


async def close(site: Site, entry: Entry, ended: Exit | None, usage: Sequence[tuple[str, str]] = ()) -> None:
    """End the process on the server, with what is known about its run as attributes.

    A server that refuses has ended it already, by this executor's earlier try or by itself.
    """
    process_id = entry.process_id
    await asyncio.gather(
        *(_attribute(site, process_id, key, value) for key, value in (*_attributes(entry, ended), *usage))
    )
    call = (
        partial(site.client.fail, process_id, entry.failure.errors)
        if entry.failure
        else partial(site.client.close, process_id)
    )
    try:
        await deliver(call)
    except Refused as refusal:
        _log.info("a process had ended before it was closed", process_id=process_id, answer=str(refusal))


async def _explained(work: Coroutine[Any, Any, ResultT], explain: Callable[[], Awaitable[None]]) -> ResultT:
    """Do something, and say what it is when it takes long."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=_SLOW_SECONDS)
        if not task.done():
            await explain()
        return await task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def patiently(call: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """Call a runtime again for a minute while it does not answer; then raises RuntimeUnavailable."""
    last_try = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return await call()
        except RuntimeUnavailable:
            if time.monotonic() > last_try:
                raise
        await asyncio.sleep(_RETRY_SECONDS)


def _with_files(site: Site, job: Job, workload: Workload) -> Workload:
    """Let the program find its files: mounted, or for plain processes by paths that lead to them."""
    if job.files is None:
        return workload
    place = site.staging.place_of(job)
    if site.runtime.uses_images:
        environment = {**workload.environment, _FILES_VARIABLE: job.files.mount}
        return replace(workload, environment=environment, binds=(Bind(place, job.files.mount),))
    here = Relocation(job.files.mount, place)
    return replace(
        workload,
        argv=here.words(workload.argv),
        environment={**here.variables(workload.environment), _FILES_VARIABLE: str(place)},
        working_directory=here.text(workload.working_directory),
    )


def _attributes(entry: Entry, ended: Exit | None) -> list[tuple[str, str]]:
    attributes = []
    if ended is not None and (ended.code or entry.failure):
        attributes.append(("exitcode", str(ended.code)))
    if ended is not None and ended.out_of_memory:
        attributes.append(("outofmemory", "true"))
    if ended is not None and ended.out_of_processes:
        attributes.append(("outofprocesses", "true"))
    if entry.image_digest:
        attributes.append(("imagedigest", entry.image_digest))
    return attributes


async def _attribute(site: Site, process_id: str, key: str, value: str) -> None:
    with suppress(Refused):  # it is there already, or the process has ended
        await deliver(partial(site.client.add_attribute, process_id, key, value))
