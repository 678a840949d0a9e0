"""A store in a directory: each object under the checksum of its content, so that equal files take space once.

Safe for several processes: objects appear complete, by a rename, and are removed under a lock that those who put the
same content take too.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from colonysdk.files.checksums import is_checksum
from colonysdk.files.errors import ObjectMissing, StoreUnreachable
from colonysdk.files.stores.base import CHUNK_BYTES, OnBytes, Readable, Stored, StoredObject
from colonysdk.objects import Reference, S3Object

PROTOCOL = "directory"
_ABANDONED_SECONDS = 7 * 86_400


class DirectoryStore:
    """The objects of one colony below a directory that colonies may share."""

    def __init__(self, directory: Path, colony_name: str) -> None:
        self._root = directory / f"colony-{quote(colony_name, safe='')}"
        self._objects = self._root / "objects"
        self._incoming = self._root / "incoming"

    @property
    def name(self) -> str:
        """What to call it when talking to people."""
        return f"directory {self._root}"

    def put(self, content: Readable, size: int, on_bytes: OnBytes, *, identity: str = "") -> Stored:
        """Store all that can be read under its checksum, from its start; raises StoreUnreachable."""
        with self._reporting(), self._new_part() as (part, file):
            hasher = hashlib.sha256()
            count = 0
            while chunk := content.read(CHUNK_BYTES):
                file.write(chunk)
                hasher.update(chunk)
                count += len(chunk)
                on_bytes(len(chunk))
            file.flush()
            # What the server acknowledges afterwards must not outlive the bytes it is about.
            os.fsync(file.fileno())
            checksum = hasher.hexdigest()
            self._keep(part, checksum)
        return Stored(Reference(protocol=PROTOCOL, s3_object=S3Object(object=checksum)), count, checksum)

    def read(self, object_name: str, start: int = 0) -> Iterator[bytes]:
        """The bytes of an object from a position on; raises ObjectMissing."""
        try:
            with self._path(object_name).open("rb") as file:
                file.seek(start)
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk
        except FileNotFoundError as error:
            raise self._missing(object_name) from error
        except OSError as error:
            raise self._unreachable(error) from error

    def forget(self, object_name: str) -> None:
        """Do nothing: other revisions may have the same content."""

    def objects(self) -> Iterator[StoredObject]:
        """Every object, and what is left of puts that were broken off long ago."""
        self._clear_incoming()
        for path in sorted(self._objects.glob("*/*")):
            with suppress(FileNotFoundError):
                status = path.stat()
                yield StoredObject(path.name, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    def discard(self, stored: StoredObject) -> bool:
        """Remove an object unless it was put again since it was listed."""
        path = self._path(stored.name)
        with self._reporting(), self._lock():
            try:
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) != stored.modified:
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def _keep(self, part: Path, checksum: str) -> None:
        target = self._path(checksum)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._lock():
            part.replace(target)

    @contextmanager
    def _new_part(self) -> Iterator[tuple[Path, BinaryIO]]:
        self._incoming.mkdir(parents=True, exist_ok=True)
        part = self._incoming / secrets.token_hex(16)
        try:
            with part.open("xb") as file:
                yield part, file
        finally:
            part.unlink(missing_ok=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._root / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._unreachable(error) from error

    def _path(self, object_name: str) -> Path:
        # Object names come from the server, where anybody in the colony may have written them.
        if not is_checksum(object_name):
            raise self._missing(object_name)
        return self._objects / object_name[:2] / object_name

    def _clear_incoming(self) -> None:
        if not self._incoming.is_dir():
            return
        oldest = datetime.now(UTC).timestamp() - _ABANDONED_SECONDS
        for part in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if part.stat().st_mtime < oldest:
                    part.unlink()

    def _missing(self, object_name: str) -> ObjectMissing:
        shown = ascii(object_name[:80])
        return ObjectMissing(f"{self.name} does not hold the object {shown}; was it uploaded to another store?")

    def _unreachable(self, error: OSError) -> StoreUnreachable:
        return StoreUnreachable(f"{self.name} cannot be used: {error.strerror or error}")
