"""What the colony knows of the files below a label."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.labels import check_file_name, is_at_or_below, normalise_label, relative_directory
from colonysdk.files.local_tree import Skipped, is_ours
from colonysdk.objects import FileData

_LISTINGS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """The revision of a file that is meant: where it belongs, and how to get and check its bytes."""

    path: str
    """Relative to the label that was read, with slashes."""
    label: str
    name: str
    size: int
    checksum: str
    object_name: str


@dataclass
class RemoteTree:
    """The files below a label by their relative paths, and what cannot be put into a directory."""

    files: dict[str, RemoteFile] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    def add(self, root: str, label: str, name: str, *, size: int, checksum: str, object_name: str) -> None:
        """Add a file, or note why it would leave the directory of the root label."""
        where = f"{label}/{name}"
        try:
            if normalise_label(label) != label or not is_at_or_below(label, root):
                raise ValueError(f"its label is not {root} or one below it")  # noqa: TRY301 - noted like the others
            check_file_name(name)
            if is_ours(name):
                raise ValueError("syncs use such names for themselves")  # noqa: TRY301 - as above
        except ValueError as error:
            self.skipped.append(Skipped(where, str(error)))
            return
        path = f"{relative_directory(label, root)}/{name}".lstrip("/")
        self.files[path] = RemoteFile(path, label, name, size, checksum.lower(), object_name)


async def read_remote_tree(catalogue: FileCatalogue, root: str) -> RemoteTree:
    """Read the newest revisions of the files at and below a label; raises Unreachable and Refused."""
    tree = RemoteTree()
    labels = [label.name for label in await catalogue.labels_at(root)]
    for start in range(0, len(labels), _LISTINGS_AT_ONCE):
        some = labels[start : start + _LISTINGS_AT_ONCE]
        for label, listed in zip(some, await asyncio.gather(*map(catalogue.files_in, some)), strict=True):
            _add_all(tree, root, label, listed)
    return tree


def _add_all(tree: RemoteTree, root: str, label: str, listed: Iterable[FileData]) -> None:
    for file in listed:
        tree.add(root, label, file.name, size=file.size, checksum=file.checksum, object_name=file.s3_filename)
