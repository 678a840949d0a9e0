"""Clearing the store of objects that no revision of any file refers to."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.parallel import for_all
from colonysdk.files.stores.base import Store, StoredObject
from colonysdk.objects import FileData

YOUNGEST = timedelta(days=1)
"""Younger objects may belong to an upload that has not told the colony yet."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What was cleared away, or would be."""

    objects: int
    bytes: int


async def find_unused(
    catalogue: FileCatalogue, store: Store, *, older_than: timedelta = YOUNGEST
) -> list[StoredObject]:
    """The objects of the store, older than a time, that no revision refers to; snapshots only hold revisions."""
    # The store is read first: whatever is put there afterwards is no candidate.
    latest = datetime.now(UTC) - older_than
    candidates = await asyncio.to_thread(lambda: [found for found in store.objects() if found.modified <= latest])
    if not candidates:
        return []
    used = await _used_objects(catalogue)
    return [candidate for candidate in candidates if candidate.name not in used]


async def discard(store: Store, unused: list[StoredObject]) -> Collected:
    """Remove objects that were found to be unused; what is not this colony's stays, and is not counted."""

    def remove_all() -> Collected:
        gone = [stored for stored in unused if store.discard(stored)]
        return Collected(len(gone), sum(stored.size for stored in gone))

    return await asyncio.to_thread(remove_all)


async def _used_objects(catalogue: FileCatalogue) -> set[str]:
    """The objects of every revision that there is, also while files are added and removed."""
    first = await _newest(catalogue)
    counts = {label.name: label.files for label in await catalogue.labels()}
    second = await _newest(catalogue)
    used = {file.s3_filename for newest in (*first.values(), *second.values()) for file in newest}
    # A label counts its revisions: where it has no more of them than names, and nothing changed around the counting,
    # there are no older ones to ask for.
    unclear = [
        (label, file.name)
        for label, newest in second.items()
        for file in newest
        if not (first.get(label) == newest and counts.get(label) == len(newest))
    ]

    async def note(file: tuple[str, str]) -> None:
        used.update(revision.ref.s3_object.object for revision in await catalogue.revisions(*file))

    await for_all(unclear, note, path_of=lambda file: f"{file[0].rstrip('/')}/{file[1]}")
    return used


async def _newest(catalogue: FileCatalogue) -> dict[str, list[FileData]]:
    return {label.name: await catalogue.files_in(label.name) for label in await catalogue.labels()}
