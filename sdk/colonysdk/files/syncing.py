"""A directory and a label made to agree: the plan, and carrying it out."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.checksums import ChecksumCache
from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.errors import InvalidPlace
from colonysdk.files.local_tree import LocalFile, LocalTree, Skipped, read_tree
from colonysdk.files.parallel import WORKERS, for_all
from colonysdk.files.plan import Change, Keep, SyncPlan, make_plan
from colonysdk.files.progress import Meter, Progress, no_progress
from colonysdk.files.remote_tree import RemoteFile, RemoteTree, read_remote_tree
from colonysdk.files.steps import Steps
from colonysdk.files.stores.base import Store


class Sync:
    """A sync of one directory with one label (normalised).

    `cache_directory` keeps checksums between runs, so that unchanged files are not read again. `within` is a directory
    above it where others may have put links: none is followed from there on, and whoever may enter it may change what
    is brought there. Every method raises Unreachable, Refused and FilesError.
    """

    def __init__(
        self,
        catalogue: FileCatalogue,
        store: Store,
        directory: Path,
        label: str,
        *,
        cache_directory: Path | None = None,
        within: Path | None = None,
        workers: int = WORKERS,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        # Where a link was given on purpose, its target is meant, whatever happens to the link later.
        self._root = directory.resolve() if within is None else directory
        self._directory = ContainedDirectory(self._root, within=within, open_to_all=within is not None)
        self._label = label
        self._checksums = ChecksumCache(self._root, cache_directory)
        self._workers = workers

    async def plan(self, keep: Keep, *, mirror: bool = False) -> SyncPlan:
        """Work out what would make both sides agree; `mirror` removes what only the side not kept has."""
        if mirror and keep is Keep.LOCAL and not self._root.is_dir():
            raise InvalidPlace(f"there is no directory {self._root} to be mirrored")
        local, remote = await asyncio.gather(
            asyncio.to_thread(self._read_tree), read_remote_tree(self._catalogue, self._label)
        )
        return await asyncio.to_thread(self._compare, local, remote, keep, mirror=mirror)

    async def plan_download(self, remote: RemoteTree) -> SyncPlan:
        """Work out what brings the files of a tree into the directory; what else is there stays."""
        local = await asyncio.to_thread(self._read_tree)
        plan = await asyncio.to_thread(self._compare, local, remote, Keep.REMOTE, mirror=False)
        return plan.only(Change.DOWNLOAD, Change.REPLACE_LOCAL)

    async def apply(self, plan: SyncPlan, progress: Progress = no_progress) -> None:
        """Carry a plan out, several files at a time; raises TransferFailed when some of them could not be done.

        A file that changed since the plan was made is left as it is.
        """
        meter = Meter(progress)
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="transfer")
        steps = Steps(self._catalogue, self._store, self._directory, self._label, self._checksums, meter, pool)
        try:
            await for_all(plan.steps, steps.take, path_of=lambda step: step.path, workers=self._workers)
        finally:
            meter.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            await asyncio.to_thread(self._checksums.save)

    def _read_tree(self) -> LocalTree:
        self._directory.check()
        return read_tree(self._root)

    def _compare(self, local: LocalTree, remote: RemoteTree, keep: Keep, *, mirror: bool) -> SyncPlan:
        unreadable: list[Skipped] = []

        def is_same(here: LocalFile, there: RemoteFile) -> bool:
            if here.size != there.size:
                return False
            try:
                return self._checksums.checksum(here) == there.checksum
            except OSError as error:
                unreadable.append(Skipped(here.path, f"cannot be read: {error.strerror}"))
                return True

        blocked = [skipped.path for skipped in local.skipped]
        plan = make_plan(local.files, remote.files, is_same=is_same, keep=keep, mirror=mirror, blocked=blocked)
        self._checksums.save()
        plan.unchanged -= len(unreadable)
        plan.skipped += [*local.skipped, *remote.skipped, *unreadable]
        return plan
