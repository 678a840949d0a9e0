"""Transfers between a directory and a store: whole, checked, resumed, and never half a file under its name."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.download import Content, download_file
from colonysdk.files.errors import ChangedMeanwhile, Corrupted, FilesError, ObjectMissing, StoreUnreachable
from colonysdk.files.local_tree import LocalFile, read_tree
from colonysdk.files.stores.base import OnBytes, Readable, Stored, StoredObject
from colonysdk.files.stores.directory import DirectoryStore
from colonysdk.files.upload import upload_file

CONTENT = os.urandom(3 * 2**20 + 17)


def nobody(_count: int) -> None:
    """Wants no progress."""


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "store", "dev")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    directory = tmp_path / "root"
    directory.mkdir()
    return directory


def put(store: DirectoryStore, content: bytes = CONTENT) -> Content:
    stored = store.put(io.BytesIO(content), len(content), nobody)
    return Content(stored.reference.s3_object.object, stored.size, stored.checksum)


class Breaking:
    """A store whose reads break off, or give other bytes than were put there."""

    name = "breaking store"

    def __init__(self, store: DirectoryStore, *, breaks: int = 0, chunks: int = 1, wrong: bool = False) -> None:
        self._store = store
        self._breaks = breaks
        self._chunks = chunks
        self._wrong = wrong
        self.starts: list[int] = []

    def read(self, object_name: str, start: int = 0) -> Iterator[bytes]:
        self.starts.append(start)
        for count, chunk in enumerate(self._store.read(object_name, start)):
            if self._breaks and count == self._chunks:
                self._breaks -= 1
                raise StoreUnreachable("the connection broke")
            yield b"\x00" * len(chunk) if self._wrong else chunk

    def put(self, content: Readable, size: int, on_bytes: OnBytes, *, identity: str = "") -> Stored:
        return self._store.put(content, size, on_bytes, identity=identity)

    def forget(self, object_name: str) -> None:
        self._store.forget(object_name)

    def objects(self) -> Iterator[StoredObject]:
        return self._store.objects()

    def discard(self, stored: StoredObject) -> bool:
        return self._store.discard(stored)


class TestDownload:
    def test_a_file_arrives_whole(self, store: DirectoryStore, root: Path) -> None:
        moved: list[int] = []
        download_file(ContainedDirectory(root), "a/b/x", put(store), store, moved.append)
        assert (root / "a/b/x").read_bytes() == CONTENT
        assert sum(moved) == len(CONTENT)
        assert [path.name for path in (root / "a/b").iterdir()] == ["x"]

    def test_an_empty_file(self, store: DirectoryStore, root: Path) -> None:
        download_file(ContainedDirectory(root), "x", put(store, b""), store, nobody)
        assert (root / "x").read_bytes() == b""

    def test_the_usual_permissions(self, store: DirectoryStore, root: Path) -> None:
        download_file(ContainedDirectory(root), "x", put(store), store, nobody)
        (root / "plain").write_bytes(b"")
        assert (root / "x").stat().st_mode == (root / "plain").stat().st_mode

    def test_a_broken_connection_is_taken_up_where_it_broke(self, store: DirectoryStore, root: Path) -> None:
        breaking = Breaking(store, breaks=2)
        download_file(ContainedDirectory(root), "x", put(store), breaking, nobody)
        assert (root / "x").read_bytes() == CONTENT
        assert breaking.starts == [0, 2**20, 2**21]

    def test_an_interrupted_download_is_continued_by_the_next(self, store: DirectoryStore, root: Path) -> None:
        content = put(store)
        with pytest.raises(StoreUnreachable):
            download_file(ContainedDirectory(root), "x", content, Breaking(store, breaks=1, chunks=0), nobody)
        with pytest.raises(KeyboardInterrupt):
            download_file(ContainedDirectory(root), "x", content, store, _interrupting)
        assert read_tree(root).files == {}
        again = Breaking(store)
        download_file(ContainedDirectory(root), "x", content, again, nobody)
        assert again.starts == [2**20]
        assert (root / "x").read_bytes() == CONTENT

    def test_wrong_bytes_never_get_the_name(self, store: DirectoryStore, root: Path) -> None:
        with pytest.raises(Corrupted, match="checksum"):
            download_file(ContainedDirectory(root), "x", put(store), Breaking(store, wrong=True), nobody)
        assert list(root.iterdir()) == []

    def test_wrong_bytes_of_a_former_download_are_fetched_again(self, store: DirectoryStore, root: Path) -> None:
        content = put(store)
        with pytest.raises(KeyboardInterrupt):
            download_file(ContainedDirectory(root), "x", content, store, _interrupting)
        (part,) = root.iterdir()
        part.write_bytes(b"something else")
        download_file(ContainedDirectory(root), "x", content, store, nobody)
        assert (root / "x").read_bytes() == CONTENT

    def test_too_few_bytes(self, store: DirectoryStore, root: Path) -> None:
        content = put(store)
        longer = Content(content.object_name, content.size + 1, "")
        with pytest.raises(Corrupted):
            download_file(ContainedDirectory(root), "x", longer, store, nobody)
        assert list(root.iterdir()) == []

    def test_more_bytes_than_were_promised(self, store: DirectoryStore, root: Path) -> None:
        content = put(store)
        shorter = Content(content.object_name, 5, "")
        moved: list[int] = []
        with pytest.raises(Corrupted):
            download_file(ContainedDirectory(root), "x", shorter, store, moved.append)
        assert moved == []
        assert list(root.iterdir()) == []

    def test_many_files_of_the_same_content_at_once(self, store: DirectoryStore, root: Path) -> None:
        content, directory = put(store, b"same"), ContainedDirectory(root)
        with ThreadPoolExecutor(16) as pool:
            done = [pool.submit(download_file, directory, f"{index}", content, store, nobody) for index in range(400)]
        for future in done:
            future.result()
        assert {path.read_bytes() for path in root.iterdir()} == {b"same"}
        assert len(list(root.iterdir())) == 400

    def test_what_the_store_does_not_hold(self, store: DirectoryStore, root: Path) -> None:
        for name in ("0" * 64, "../../etc/passwd", "", "x"):
            with pytest.raises(ObjectMissing, match="does not hold"):
                download_file(ContainedDirectory(root), "x", Content(name, 5, ""), store, nobody)
        assert read_tree(root).files == {}

    def test_only_the_file_that_was_seen_is_replaced(self, store: DirectoryStore, root: Path) -> None:
        content, directory = put(store), ContainedDirectory(root)
        (root / "x").write_bytes(b"old")
        with pytest.raises(ChangedMeanwhile):
            download_file(directory, "x", content, store, nobody)
        seen = LocalFile.of("x", (root / "x").stat())
        (root / "x").write_bytes(b"newer")
        with pytest.raises(ChangedMeanwhile):
            download_file(directory, "x", content, store, nobody, replacing=seen)
        assert (root / "x").read_bytes() == b"newer"
        download_file(directory, "x", content, store, nobody, replacing=LocalFile.of("x", (root / "x").stat()))
        assert (root / "x").read_bytes() == CONTENT
        with pytest.raises(ChangedMeanwhile, match="removed"):
            download_file(directory, "y", content, store, nobody, replacing=seen)

    def test_a_link_is_neither_followed_nor_replaced(self, store: DirectoryStore, root: Path, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        outside.write_bytes(b"untouched")
        (root / "x").symlink_to(outside)
        with pytest.raises(ChangedMeanwhile):
            download_file(ContainedDirectory(root), "x", put(store), store, nobody)
        assert outside.read_bytes() == b"untouched"
        assert (root / "x").is_symlink()

    def test_a_directory_that_takes_nothing(self, store: DirectoryStore, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(FilesError, match="cannot be written"):
            download_file(ContainedDirectory(tmp_path / "file"), "x", put(store), store, nobody)


class TestUpload:
    def test_the_checksum_is_of_what_was_sent(self, store: DirectoryStore, root: Path) -> None:
        (root / "x").write_bytes(CONTENT)
        stored, file = upload_file(ContainedDirectory(root), "x", store, nobody)
        assert (stored.size, stored.checksum) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
        assert b"".join(store.read(stored.reference.s3_object.object)) == CONTENT
        assert stored.reference.s3_object.secret_key == ""
        assert file == LocalFile.of("x", (root / "x").stat())

    def test_a_file_that_changes_meanwhile(self, store: DirectoryStore, root: Path) -> None:
        (root / "x").write_bytes(CONTENT)

        def append(_count: int) -> None:
            with (root / "x").open("ab") as file:
                file.write(b"more")

        with pytest.raises(ChangedMeanwhile, match="while it was read"):
            upload_file(ContainedDirectory(root), "x", store, append)

    def test_what_is_no_plain_file_any_more(self, store: DirectoryStore, root: Path, tmp_path: Path) -> None:
        (tmp_path / "secret").write_bytes(b"secret")
        (root / "link").symlink_to(tmp_path / "secret")
        os.mkfifo(root / "pipe")
        for name in ("link", "pipe", "missing"):
            with pytest.raises(FilesError):
                upload_file(ContainedDirectory(root), name, store, nobody)
        assert list(store.objects()) == []


class TestDirectoryStore:
    def test_equal_content_takes_space_once(self, store: DirectoryStore) -> None:
        assert put(store) == put(store)
        assert len(list(store.objects())) == 1

    def test_colonies_do_not_meet(self, tmp_path: Path) -> None:
        for name in ("dev", "../dev", "a/b", "räksmörgås"):
            store = DirectoryStore(tmp_path / "store", name)
            put(store, name.encode())
            assert len(list(store.objects())) == 1
        assert len(list((tmp_path / "store").iterdir())) == 4

    def test_an_interrupted_put_leaves_nothing(self, store: DirectoryStore, tmp_path: Path) -> None:
        with pytest.raises(KeyboardInterrupt):
            store.put(io.BytesIO(CONTENT), len(CONTENT), _interrupting)
        assert list(store.objects()) == []
        assert list((tmp_path / "store").glob("*/incoming/*")) == []

    def test_what_was_put_again_is_not_discarded(self, store: DirectoryStore) -> None:
        put(store)
        (listed,) = store.objects()
        put(store)
        assert not store.discard(listed)
        (listed,) = store.objects()
        assert store.discard(listed)
        assert not store.discard(listed)
        assert list(store.objects()) == []

    def test_parts_that_a_crash_left_are_cleared_after_a_week(self, store: DirectoryStore, tmp_path: Path) -> None:
        put(store)
        (incoming,) = (tmp_path / "store").glob("*/incoming")
        for name, age in (("old", timedelta(days=8)), ("young", timedelta(days=1))):
            (incoming / name).write_bytes(b"")
            when = (datetime.now(UTC) - age).timestamp()
            os.utime(incoming / name, (when, when))
        list(store.objects())
        assert [path.name for path in incoming.iterdir()] == ["young"]

    def test_a_directory_that_cannot_be_used(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(StoreUnreachable, match="cannot be used"):
            put(DirectoryStore(tmp_path / "file", "dev"))

    def test_several_processes_at_once(self, tmp_path: Path) -> None:
        directory = tmp_path / "store"
        command = [sys.executable, "-c", _PUT_AND_DISCARD, str(directory)]
        for process in [subprocess.Popen(command) for _ in range(2)]:
            assert process.wait(timeout=60) == 0
        store = DirectoryStore(directory, "dev")
        for listed in store.objects():
            assert hashlib.sha256(b"".join(store.read(listed.name))).hexdigest() == listed.name


_PUT_AND_DISCARD = """
import io, pathlib, sys
from colonysdk.files.stores.directory import DirectoryStore

store = DirectoryStore(pathlib.Path(sys.argv[1]), "dev")
for index in range(40):
    content = b"%d" % (index % 4) * 1000
    store.put(io.BytesIO(content), len(content), lambda count: None)
    for listed in store.objects():
        store.discard(listed)
"""


def _interrupting(_count: int) -> None:
    raise KeyboardInterrupt
