"""One assigned process on its way through the stages, from a new assignment or from where a crash left it."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing, suppress
from functools import partial
from typing import Any, TypeVar

import structlog

from colonyexecutors import stages
from colonyexecutors.errors import NotOurs, OutputUnreadable, RunFailed, RuntimeUnavailable, StageFailed, StageOutFailed
from colonyexecutors.exec import exec_door
from colonyexecutors.job import Job, attempt_of
from colonyexecutors.journal import Entry, Failure
from colonyexecutors.leaving import clean_up, open_files
from colonyexecutors.ledger import Reservation
from colonyexecutors.logs import LogSender
from colonyexecutors.ownership import confirm_ours
from colonyexecutors.runtimes.base import Exit, Handle, Output
from colonyexecutors.site import Site
from colonyexecutors.together import together
from colonyexecutors.usage import UsageRecorder
from colonyexecutors.verdict import as_failure, judge, lost
from colonyexecutors.watch import Watch

ResultT = TypeVar("ResultT")

_GRACE_SECONDS = 0.5
"""Between SIGTERM and SIGKILL: a cancelled program is gone two seconds after the cancellation."""

_log = structlog.get_logger()


class Attempt:
    """Runs one process to its end; `handle` is its program when an earlier executor started it."""

    def __init__(
        self,
        site: Site,
        entry: Entry,
        reservation: Reservation,
        *,
        handle: Handle | None = None,
        recovered: bool = False,
    ) -> None:
        self._site = site
        self._entry = entry
        self._reservation = reservation
        self._handle = handle
        self._recovered = recovered
        self._watch = Watch(site, entry)
        self._logs = LogSender(site.client, site.executor_id, site.journal, entry, limit_bytes=site.limits.log_bytes)
        self._usage = UsageRecorder(
            site.runtime, attempt_of(entry.process), partial(site.client.add_attribute, entry.process_id)
        )
        self._job: Job | None = None
        self._ended: Exit | None = None
        self._unreadable: OutputUnreadable | None = None

    def stop(self) -> None:
        """End the program and fail the process, because the executor stops."""
        self._watch.stop()

    async def run(self) -> None:
        """Bring the process to its end on the server, or drop it when the server says that it is not ours."""
        work = asyncio.create_task(self._work())
        watch = asyncio.create_task(self._watch.until_end())
        try:
            await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            else:
                await self._end(watch.result(), work)
        except NotOurs as reason:
            _log.info("a process is dropped", process_id=self._entry.process_id, reason=str(reason))
            await self._stop_work(work)
        except Exception as error:  # noqa: BLE001 - one process's misfortune must not become the others'
            _log.exception("a process failed in a way that was not foreseen", process_id=self._entry.process_id)
            await self._stop_work(work)
            self._fail(RunFailed("internal_error", f"the executor made a mistake: {error!r}", retry=True))
            await self._report()
        finally:
            work.cancel()
            watch.cancel()
            await asyncio.gather(work, watch, return_exceptions=True)
        await clean_up(self._site, self._entry, self._job, self._handle)

    async def _work(self) -> None:
        await self._logs.settle()
        if self._entry.failure is None:
            try:
                await self._carry_out()
            except StageFailed as error:
                self._fail(error)
        elif self._handle is not None:
            with suppress(StageFailed):
                self._job = stages.validate(self._site, self._entry)
            await self._site.runtime.kill(self._handle, _GRACE_SECONDS)
            await self._follow(self._handle)
        await self._publish()
        await self._report()

    async def _carry_out(self) -> None:
        """Go through the stages up to the program's end; raises StageFailed."""
        self._job = job = stages.validate(self._site, self._entry)
        if self._handle is None:
            if self._entry.started_at is not None:
                raise lost()
            if self._recovered:
                await confirm_ours(self._site.client, self._site.executor_id, self._entry)
            if not job.runs_program:
                await stages.sync(self._site, job, self._logs.add_line)
                return
            job = await stages.prepare(self._site, job)
            await self._reservation.granted()
            self._entry.gpu_ids = self._reservation.gpu_ids
            async with stages.image_of(self._site, job, self._logs.add_line) as image:
                self._entry.image_digest = image.digest
                await stages.stage_in(self._site, job, self._logs.add_line)
                await _uninterrupted(self._start(stages.create(self._site, job, image.id, self._entry.gpu_ids)))
        assert self._handle is not None
        self._watch.limit(job.walltime_seconds)
        await self._follow(self._handle)
        assert self._ended is not None
        judge(self._site, job, self._ended)

    async def _publish(self) -> None:
        """Publish what a program left that has run, whether it did well or not."""
        if self._job is None or self._ended is None:
            return
        await open_files(self._site, self._job, self._handle)
        try:
            await stages.stage_out(self._site, self._job, self._logs.add_line)
        except StageFailed as error:
            self._fail(error)

    async def _start(self, creation: Coroutine[Any, Any, Handle]) -> None:
        self._handle = await creation
        await stages.start(self._site, self._entry, self._handle)

    async def _follow(self, handle: Handle) -> None:
        """Send the program's output until it has ended and all is sent."""
        await together(self._wait(handle), self._logs.follow(self._outputs(handle)))

    async def _wait(self, handle: Handle) -> None:
        recording = asyncio.create_task(self._usage.record(handle))
        try:
            async with exec_door(self._site, self._entry, handle, self._logs):
                try:
                    self._ended = await self._site.runtime.wait(handle)
                finally:
                    self._watch.release()
        finally:
            recording.cancel()

    async def _outputs(self, handle: Handle) -> AsyncGenerator[Output, None]:
        try:
            async with aclosing(self._site.runtime.output(handle, self._entry.delivered.position)) as outputs:
                async for output in outputs:
                    yield output
        except OutputUnreadable as error:
            self._unreadable = error

    async def _stop_work(self, work: asyncio.Task[None]) -> None:
        """Stop sending and waiting, and end the program."""
        work.cancel()
        await asyncio.wait({work})
        if self._handle is not None:
            with suppress(RuntimeUnavailable):
                await self._site.runtime.kill(self._handle, _GRACE_SECONDS)

    async def _end(self, reason: RunFailed, work: asyncio.Task[None]) -> None:
        """End the program for a reason of this executor's own, with the process failed for that reason."""
        self._fail(reason)
        if self._entry.started_at is not None and self._handle is not None:
            await self._site.runtime.kill(self._handle, _GRACE_SECONDS)
            await work
        else:
            work.cancel()
            await asyncio.wait({work})
            await self._report()

    def _fail(self, error: StageFailed) -> None:
        """Note a failure; that its results are lost is one more error of a process that has failed already."""
        failure = self._entry.failure
        if failure is None:
            self._entry.failure = as_failure(error)
        elif isinstance(error, StageOutFailed):
            self._entry.failure = Failure([*failure.errors, error.sentence], failure.last_line)
        self._site.journal.update(self._entry)

    async def _report(self) -> None:
        if self._unreadable is not None:
            await self._logs.add_last_line(f"colony: run: {self._unreadable}")
        if self._entry.failure is not None:
            await self._logs.add_last_line(self._entry.failure.last_line)
        await stages.close(self._site, self._entry, self._ended, self._usage.attributes())
        if self._job is not None and self._job.files is not None and self._job.runs_program:
            await self._site.staging.forget_snapshots(self._job)


async def _uninterrupted(coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Do something to its end even when the caller is cancelled, who then still is."""
    task = asyncio.create_task(coroutine)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
