"""The files of a snapshot, as a tree that can be downloaded."""

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.errors import FilesError
from colonysdk.files.labels import normalise_label
from colonysdk.files.parallel import for_all
from colonysdk.files.remote_tree import RemoteTree
from colonysdk.objects import File, Snapshot


async def snapshot_files(catalogue: FileCatalogue, snapshot: Snapshot) -> list[File]:
    """The revisions that a snapshot holds, by label and name; raises TransferFailed when one is not there any more."""
    found: list[File] = []

    async def find(file_id: str) -> None:
        revision = await catalogue.revision(file_id)
        if revision is None:
            raise FilesError("the revision is not there any more")
        found.append(revision)

    await for_all(snapshot.file_ids or [], find, path_of=lambda file_id: f"file {file_id}")
    return sorted(found, key=lambda file: (file.label, file.name))


async def read_snapshot(catalogue: FileCatalogue, snapshot: Snapshot) -> RemoteTree:
    """The files of a snapshot by their paths below its label."""
    tree = RemoteTree()
    root = normalise_label(snapshot.label)
    for file in await snapshot_files(catalogue, snapshot):
        place = file.ref.s3_object.object
        tree.add(root, file.label, file.name, size=file.size, checksum=file.checksum, object_name=place)
    return tree
