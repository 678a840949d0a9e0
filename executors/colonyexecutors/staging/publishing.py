"""Results into the colony, all or none: first every byte into the store, then every revision into the catalogue."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from colonyexecutors.delivery import deliver
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.labels import child_label
from colonysdk.files.parallel import WORKERS, for_all
from colonysdk.files.plan import Step
from colonysdk.files.stores.base import Store, Stored
from colonysdk.files.upload import upload_file


async def publish(
    catalogue: FileCatalogue, store: Store, directory: ContainedDirectory, label: str, steps: Sequence[Step]
) -> None:
    """Upload the local files of some steps as new revisions below a label.

    Raises TransferFailed, StoreUnreachable or Unreachable, and then no revision has been added; Refused when the server
    does not take one of them.
    """
    uploaded: dict[str, Stored] = {}
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="publish")

    async def upload(step: Step) -> None:
        uploaded[step.path], _ = await loop.run_in_executor(
            pool, upload_file, directory, step.path, store, _ignore_progress
        )

    async def add(step: Step) -> None:
        parent, name = os.path.split(step.path)
        stored = uploaded[step.path]
        await deliver(
            lambda: catalogue.add(
                child_label(label, parent),
                name,
                size=stored.size,
                checksum=stored.checksum,
                reference=stored.reference,
            )
        )

    try:
        await for_all(steps, upload, path_of=_path)
        await for_all(steps, add, path_of=_path)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _path(step: Step) -> str:
    return step.path


def _ignore_progress(_count: int) -> None:
    """Nobody watches single bytes."""
