"""One file into the store."""

import os
import stat

from colonysdk.files.checksums import open_plainly
from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.errors import ChangedMeanwhile, FilesError
from colonysdk.files.local_tree import LocalFile
from colonysdk.files.stores.base import OnBytes, Readable, Store, Stored

_CHANGED = "changed while it was read; try again when nobody writes to it"


def upload_file(directory: ContainedDirectory, path: str, store: Store, on_bytes: OnBytes) -> tuple[Stored, LocalFile]:
    """Put a local file into the store, and tell what it was; its checksum is taken from the very bytes that went there.

    Raises ChangedMeanwhile when the file changed while it was read, FilesError when it cannot be read,
    StoreUnreachable.
    """
    try:
        with directory.parent(path) as (descriptor, name), open_plainly(name, descriptor) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise ChangedMeanwhile("is no plain file any more")
            identity = f"{directory.root}/{path} {before.st_size} {before.st_mtime_ns} {before.st_ino}"
            source = _Source(file, before.st_size)
            stored = store.put(source, before.st_size, on_bytes, identity=identity)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise FilesError(f"cannot be read: {error.strerror or error}") from error
    file_read = LocalFile.of(path, before)
    if file_read != LocalFile.of(path, after) or stored.size != before.st_size:
        store.forget(stored.reference.s3_object.object)
        raise ChangedMeanwhile(_CHANGED)
    return stored, file_read


class _Source:
    """A local file that is read to the end that it had at first; trouble with it must not pass for the store's."""

    def __init__(self, file: Readable, size: int) -> None:
        self._file = file
        self._left = size

    def read(self, size: int, /) -> bytes:
        try:
            chunk = self._file.read(size)
        except OSError as error:
            raise FilesError(f"cannot be read: {error.strerror or error}") from error
        self._left -= len(chunk)
        # A file that others write to could go on for ever.
        if self._left < 0:
            raise ChangedMeanwhile(_CHANGED)
        return chunk
