"""The stages before and after the program: labels and snapshots in, results out, and what is left behind."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import structlog

from colonyexecutors.delivery import Backoff
from colonyexecutors.errors import StageFailed, StageInFailed, StageOutFailed
from colonyexecutors.job import Job
from colonyexecutors.job_files import StagedLabel, StagedSnapshot
from colonyexecutors.staging.place import Places, directory_below
from colonyexecutors.staging.publishing import publish
from colonysdk.client import ColonyClient
from colonysdk.errors import ColonyError, InvalidSettings, Refused, Unreachable
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.errors import FilesError, StoreUnreachable
from colonysdk.files.plan import Change, SyncPlan
from colonysdk.files.snapshots import read_snapshot
from colonysdk.files.stores.base import Store
from colonysdk.files.stores.choosing import open_store
from colonysdk.files.syncing import Sync
from colonysdk.settings import StoreSettings
from colonysdk.units import format_bytes

ResultT = TypeVar("ResultT")
Tell = Callable[[str], Awaitable[None]]
"""Writes a line of progress into the process's log."""

_PATIENCE_SECONDS = 600.0
"""How long a store may be away before a process fails for it; the server may be away for ever."""

_log = structlog.get_logger()


class Staging:
    """The files of one executor's processes."""

    def __init__(self, client: ColonyClient, places: Places) -> None:
        self._places = places
        self._catalogue = FileCatalogue(client)
        self._colony_name = client.colony_name
        self._store: Store | None = None

    @property
    def is_shared(self) -> bool:
        """Whether all processes see one directory."""
        return self._places.shared

    def place_of(self, job: Job) -> Path:
        """The directory of a job's files on this machine."""
        return self._places.of(job)

    async def stage_in(self, job: Job, tell: Tell) -> None:
        """Put every snapshot and label where the program expects it; raises StageInFailed."""
        assert job.files is not None
        try:
            place = await asyncio.to_thread(self._places.make, job)
            for snapshot in job.files.snapshots:
                plan = await _persistently(lambda: self._bring_snapshot(job, place, snapshot))  # noqa: B023 - awaited here
                await tell(f"colony: stage-in: {_amount(plan)} of snapshot {snapshot.snapshot_id}")
            for label in job.files.labels:
                plan = await _persistently(lambda: self._bring_label(job, place, label))  # noqa: B023 - awaited here
                await tell(f"colony: stage-in: {_amount(plan)} of {label.label}")
        except (ColonyError, OSError) as error:
            raise _failure(StageInFailed, "the files of the job cannot be had", error) from error

    async def stage_out(self, job: Job, tell: Tell) -> None:
        """Publish what the program left where labels are; raises StageOutFailed, and then nothing of that label is."""
        assert job.files is not None
        place = self._places.of(job)
        try:
            for label in job.files.labels:
                plan = await _persistently(lambda: self._publish_label(job, place, label))  # noqa: B023 - awaited here
                await tell(f"colony: stage-out: {_amount(plan)} to {label.label}")
                for skipped in plan.skipped:
                    await tell(f"colony: stage-out: {skipped.path} was left out: {skipped.reason}")
        except (ColonyError, OSError) as error:
            raise _failure(StageOutFailed, "the results cannot be published", error) from error

    async def forget_snapshots(self, job: Job) -> None:
        """Remove the snapshots that were made for this process only, once it has ended for good."""
        assert job.files is not None
        for snapshot in job.files.snapshots:
            if snapshot.keeps_snapshot:
                continue
            try:
                await self._catalogue.remove_snapshot(snapshot_id=snapshot.snapshot_id)
            except ColonyError as error:
                _log.warning("a snapshot stays", snapshot=snapshot.snapshot_id, problem=str(error))

    async def clean(self, job: Job) -> None:
        """Delete the files that are not to be kept."""
        left = await asyncio.to_thread(self._places.clean, job)
        if left:
            _log.warning("files of a process cannot be deleted", process_id=job.process_id, first=left[0])

    async def _bring_snapshot(self, job: Job, place: Path, snapshot: StagedSnapshot) -> SyncPlan:
        found = await self._catalogue.snapshot(snapshot_id=snapshot.snapshot_id)
        sync = await self._sync(job, place, snapshot.directory, found.label)
        plan = await sync.plan_download(await read_snapshot(self._catalogue, found))
        await sync.apply(plan)
        return plan

    async def _bring_label(self, job: Job, place: Path, label: StagedLabel) -> SyncPlan:
        await asyncio.to_thread(directory_below(place, label.directory).make)
        sync = await self._sync(job, place, label.directory, label.label)
        plan = await sync.plan(label.at_start)
        await sync.apply(plan)
        return plan

    async def _publish_label(self, job: Job, place: Path, label: StagedLabel) -> SyncPlan:
        sync = await self._sync(job, place, label.directory, label.label)
        plan = (await sync.plan(label.at_end)).only(Change.UPLOAD, Change.REPLACE_REMOTE)
        store = await self._opened_store()
        await publish(self._catalogue, store, directory_below(place, label.directory), label.label, plan.steps)
        return plan

    async def _sync(self, job: Job, place: Path, directory: str, label: str) -> Sync:
        """A sync that follows no link which a program has left on the way."""
        return Sync(
            self._catalogue,
            await self._opened_store(),
            place / directory,
            label,
            cache_directory=self._places.checksums_of(job),
            within=place,
        )

    async def _opened_store(self) -> Store:
        if self._store is None:
            self._store = await open_store(StoreSettings.load(), self._catalogue, self._colony_name)
        return self._store


async def _persistently(call: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """Call again while the server is away, and for some minutes while the store is; transfers go on where they were."""
    backoff = Backoff()
    last_try = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return await call()
        except Unreachable as error:
            _log.debug("files wait for the server", problem=str(error))
        except StoreUnreachable:
            if time.monotonic() > last_try:
                raise
        await backoff.pause()


def _failure(kind: type[StageFailed], what: str, error: ColonyError | OSError) -> StageFailed:
    if isinstance(error, InvalidSettings):
        hint = "ask who operates the executor to set AWS_S3_ENDPOINT and its companions, or COLONY_FILES_DIR"
        return kind("no_store", f"{what}: the executor knows no store for files", hint=hint)
    if isinstance(error, StoreUnreachable):
        return kind("store_unreachable", f"{what}: {error}", hint="submit again once the store answers", retry=True)
    if isinstance(error, Refused):
        return kind("files_refused", f"{what}: {error.message}", hint="check fs.snapshots and fs.dirs")
    if isinstance(error, FilesError):
        return kind("files_failed", f"{what}: {error}", hint="see which file it is, and upload it again")
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return kind("machine_failed", f"{what}: {reason}", hint="the executor's disk may be full", retry=True)


def _amount(plan: SyncPlan) -> str:
    size = sum(step.size for step in plan.steps)
    count = len(plan.steps)
    return f"{count} {'file' if count == 1 else 'files'}, {format_bytes(size)}"
