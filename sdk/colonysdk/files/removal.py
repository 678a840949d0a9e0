"""Files removed: first from the colony, then their bytes from the store."""

import asyncio

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.parallel import for_all
from colonysdk.files.stores.base import Store
from colonysdk.objects import File


async def remove_revision(catalogue: FileCatalogue, store: Store, revision: File) -> None:
    """Remove one revision; raises Refused while a snapshot refers to it."""
    await catalogue.remove_revision(revision.file_id)
    await asyncio.to_thread(store.forget, revision.ref.s3_object.object)


async def remove_file(catalogue: FileCatalogue, store: Store, label: str, name: str) -> int:
    """Remove every revision of a file; returns how many. Raises Refused while a snapshot refers to one of them."""
    revisions = await catalogue.revisions(label, name)
    if not revisions:
        return 0
    await catalogue.remove_name(label, name)
    for revision in revisions:
        await asyncio.to_thread(store.forget, revision.ref.s3_object.object)
    return len(revisions)


async def files_at(catalogue: FileCatalogue, label: str) -> list[tuple[str, str]]:
    """Label and name of every file at and below a label; never those of a label that only begins the same."""
    found: list[tuple[str, str]] = []
    for place in await catalogue.labels_at(label):
        found += [(place.name, file.name) for file in await catalogue.files_in(place.name)]
    return found


async def remove_files(catalogue: FileCatalogue, store: Store, files: list[tuple[str, str]]) -> None:
    """Remove every revision of files given by label and name; raises TransferFailed for those that stay."""

    async def remove(file: tuple[str, str]) -> None:
        await remove_file(catalogue, store, *file)

    await for_all(files, remove, path_of=lambda file: f"{file[0].rstrip('/')}/{file[1]}")
