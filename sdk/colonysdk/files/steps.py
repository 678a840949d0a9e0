"""Carrying out one step of a plan."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from colonysdk.errors import Refused
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.checksums import ChecksumCache
from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.download import Content, download_file, verifiable
from colonysdk.files.errors import ChangedMeanwhile, FilesError
from colonysdk.files.labels import child_label
from colonysdk.files.local_tree import LocalFile
from colonysdk.files.plan import Step
from colonysdk.files.progress import Meter
from colonysdk.files.removal import remove_file
from colonysdk.files.stores.base import OnBytes, Store
from colonysdk.files.upload import upload_file

T = TypeVar("T")


class Steps:
    """Takes steps between a directory and a label; what blocks runs on the threads of `pool`.

    `checksums` learns those of the files that were uploaded.
    """

    def __init__(
        self,
        catalogue: FileCatalogue,
        store: Store,
        directory: ContainedDirectory,
        label: str,
        checksums: ChecksumCache,
        meter: Meter,
        pool: Executor,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._directory = directory
        self._label = label
        self._checksums = checksums
        self._meter = meter
        self._pool = pool

    async def take(self, step: Step) -> None:
        """Change one file; one that is not any more what the plan saw stays as it is.

        Raises Unreachable, Refused and FilesError.
        """

        def on_bytes(count: int) -> None:
            self._meter.moved(step.change, step.path, count)

        if step.change.is_upload:
            await self._upload(step, on_bytes)
        elif step.change.is_download:
            await self._run(lambda: self._download(step, on_bytes))
        elif step.local is not None:
            expected = step.local
            await self._run(lambda: _remove_local(self._directory, expected))
        elif step.remote is not None:
            await remove_file(self._catalogue, self._store, step.remote.label, step.remote.name)
        self._meter.done(step.change, step.path)

    async def _upload(self, step: Step, on_bytes: OnBytes) -> None:
        stored, file = await self._run(lambda: upload_file(self._directory, step.path, self._store, on_bytes))
        directory, name = os.path.split(step.path)
        try:
            await self._catalogue.add(
                child_label(self._label, directory),
                name,
                size=stored.size,
                checksum=stored.checksum,
                reference=stored.reference,
            )
        except Refused:
            await self._run(lambda: self._store.forget(stored.reference.s3_object.object))
            raise
        self._checksums.remember(file, stored.checksum)

    def _download(self, step: Step, on_bytes: OnBytes) -> None:
        assert step.remote is not None, f"{step.change} brings something"
        content = Content(step.remote.object_name, step.remote.size, verifiable(step.remote.checksum))
        download_file(self._directory, step.path, content, self._store, on_bytes, replacing=step.local)

    async def _run(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)


def _remove_local(directory: ContainedDirectory, expected: LocalFile) -> None:
    try:
        with directory.parent(expected.path) as (descriptor, name):
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            if LocalFile.of(expected.path, status) != expected:
                raise ChangedMeanwhile("was changed meanwhile; it was not removed")
            os.unlink(name, dir_fd=descriptor)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FilesError(f"cannot be removed: {error.strerror or error}") from error
    directory.prune(expected.path)
