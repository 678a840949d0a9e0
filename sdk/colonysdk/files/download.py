"""One file out of the store: into a part beside its place, checked, and only then under its name.

A part that is left by an interrupted download is continued by the next one of the same content.
"""

import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from colonysdk.files.checksums import is_checksum
from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.errors import ChangedMeanwhile, Corrupted, FilesError, ObjectMissing, StoreUnreachable
from colonysdk.files.local_tree import PART_SUFFIX, LocalFile
from colonysdk.files.stores.base import CHUNK_BYTES, OnBytes, Store

_ATTEMPTS = 4
_MODE = 0o666


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be downloaded: its object, and what must come out."""

    object_name: str
    size: int
    checksum: str


def download_file(
    directory: ContainedDirectory,
    path: str,
    content: Content,
    store: Store,
    on_bytes: OnBytes,
    *,
    replacing: LocalFile | None = None,
) -> None:
    """Bring a file into a directory, which is made as needed.

    `replacing` is the local file as it was seen, None when there was none. Raises ChangedMeanwhile when that is not so
    any more, Corrupted, ObjectMissing, StoreUnreachable, InvalidPlace, FilesError.
    """
    try:
        with (
            directory.parent(path, create=True) as (descriptor, name),
            _part(descriptor, content) as (part, file),
        ):
            _fill(file, content, store, on_bytes)
            _check_unchanged(descriptor, name, path, replacing)
            if directory.open_to_all:
                os.fchmod(file, _MODE)
            os.replace(part, name, src_dir_fd=descriptor, dst_dir_fd=descriptor)
    except OSError as error:
        raise FilesError(f"cannot be written: {error.strerror or error}") from error


def _fill(file: int, content: Content, store: Store, on_bytes: OnBytes) -> None:
    """Write what is missing; a connection that breaks is tried again from where it broke."""
    hasher = hashlib.sha256()
    count = kept = _hash_so_far(file, content, hasher)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            for chunk in store.read(content.object_name, count) if count < content.size else ():
                count += len(chunk)
                if count > content.size:
                    break
                _write(file, chunk)
                hasher.update(chunk)
                on_bytes(len(chunk))
            break
        except StoreUnreachable:
            if attempt == _ATTEMPTS or count == kept:
                raise
    if count == content.size and content.checksum in ("", hasher.hexdigest()):
        return
    os.ftruncate(file, 0)
    if not kept:
        raise Corrupted("what the store holds is not what was uploaded: its checksum is another")
    # The part was of something else; without it the store has its chance.
    _fill(file, content, store, on_bytes)


def _hash_so_far(file: int, content: Content, hasher: "hashlib._Hash") -> int:
    if os.fstat(file).st_size > content.size:
        os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    count = 0
    while chunk := os.read(file, CHUNK_BYTES):
        hasher.update(chunk)
        count += len(chunk)
    return count


@contextmanager
def _part(directory: int, content: Content) -> Iterator[tuple[str, int]]:
    """A part file of this content, kept when its filling is interrupted; another when somebody else has it."""
    token = hashlib.sha256(f"{content.object_name} {content.checksum}".encode()).hexdigest()[:16]
    name = f".{token}{PART_SUFFIX}"
    file = _open_locked(directory, name)
    if file is None:
        name = f".{secrets.token_hex(8)}{PART_SUFFIX}"
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE, dir_fd=directory)
    is_worth_keeping = True
    try:
        yield name, file
    except (Corrupted, ObjectMissing, ChangedMeanwhile):
        is_worth_keeping = False
        raise
    finally:
        status = os.fstat(file)
        if not (is_worth_keeping and status.st_size):
            _remove_part(directory, name, status)
        os.close(file)


def _remove_part(directory: int, name: str, status: os.stat_result) -> None:
    if _is_named(directory, name, status):
        os.unlink(name, dir_fd=directory)


def _open_locked(directory: int, name: str) -> int | None:
    """Open a part for this transfer alone; None when another one has it, or had it until now."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open(name, flags, _MODE, dir_fd=directory)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Between opening and locking it may have become the file that another transfer has completed.
        if _is_named(directory, name, os.fstat(file)):
            return file
    except BlockingIOError:
        pass
    os.close(file)
    return None


def _is_named(directory: int, name: str, status: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(name, dir_fd=directory, follow_symlinks=False), status)
    except FileNotFoundError:
        return False


def _check_unchanged(directory: int, name: str, path: str, expected: LocalFile | None) -> None:
    try:
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    except FileNotFoundError:
        if expected is not None:
            raise ChangedMeanwhile("was removed meanwhile") from None
        return
    if expected is None or not stat.S_ISREG(status.st_mode) or LocalFile.of(path, status) != expected:
        raise ChangedMeanwhile("was changed meanwhile; nothing was replaced")


def _write(file: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(file, view) :]


def verifiable(checksum: str) -> str:
    """A checksum as it can be compared; "" for one that is no SHA-256, as other clients may write."""
    return checksum if is_checksum(checksum) else ""
