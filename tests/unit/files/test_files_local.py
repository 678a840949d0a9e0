"""Local directories: what is read, what is left out, what is remembered, and that nothing leads out of them."""

import json
import os
import socket
from pathlib import Path

import pytest

from colonysdk.files.checksums import ChecksumCache
from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.errors import FilesError, InvalidPlace
from colonysdk.files.local_tree import LocalFile, LocalTree, read_tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    directory = tmp_path / "root"
    directory.mkdir()
    return directory


def write(root: Path, path: str, content: bytes = b"content", *, age_seconds: float = 100) -> Path:
    """Write a file that was changed some time ago."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    when = file.stat().st_mtime - age_seconds
    os.utime(file, (when, when))
    return file


def reasons(tree: LocalTree) -> dict[str, str]:
    return {entry.path: entry.reason for entry in tree.skipped}


class TestTree:
    def test_plain_files_of_all_directories(self, root: Path) -> None:
        for path in ("x", "a/y", "a/b/c/z", ".hidden/.file", "with space"):
            write(root, path)
        (root / "empty").mkdir()
        tree = read_tree(root)
        assert set(tree.files) == {"x", "a/y", "a/b/c/z", ".hidden/.file", "with space"}
        assert tree.files["a/y"].size == 7
        assert tree.skipped == []

    def test_links_and_special_files_are_left_out(self, root: Path, tmp_path: Path) -> None:
        outside = write(tmp_path, "outside/secret")
        (root / "file-link").symlink_to(outside)
        (root / "directory-link").symlink_to(outside.parent)
        (root / "dangling").symlink_to("nowhere")
        os.mkfifo(root / "pipe")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(root / "socket"))
            tree = read_tree(root)
        assert tree.files == {}
        assert reasons(tree) == {
            "file-link": "a symbolic link",
            "directory-link": "a symbolic link",
            "dangling": "a symbolic link",
            "pipe": "a special file",
            "socket": "a special file",
        }

    def test_names_that_cannot_be_sent(self, root: Path) -> None:
        (root / os.fsdecode(b"\xff")).write_bytes(b"")
        (root / "line\nend").write_bytes(b"")
        assert len(read_tree(root).skipped) == 2

    def test_what_syncs_leave_for_themselves(self, root: Path) -> None:
        write(root, ".cfs")
        write(root, "a/.0123.colony-part")
        assert read_tree(root).files == {}

    def test_no_directory(self, root: Path) -> None:
        assert read_tree(root / "missing").files == {}
        with pytest.raises(FilesError, match="cannot read"):
            read_tree(write(root, "file"))


class TestChecksums:
    def test_a_checksum_is_remembered_until_the_file_changes(self, root: Path, tmp_path: Path) -> None:
        write(root, "x")
        cache = ChecksumCache(root, tmp_path / "cache")
        first = cache.checksum(read_tree(root).files["x"])
        cache.save()
        (file,) = (tmp_path / "cache").iterdir()
        known = json.loads(file.read_text())
        known["x"][3] = "remembered"
        file.write_text(json.dumps(known))
        assert ChecksumCache(root, tmp_path / "cache").checksum(read_tree(root).files["x"]) == "remembered"
        write(root, "x", b"CONTENT", age_seconds=50)
        changed = ChecksumCache(root, tmp_path / "cache").checksum(read_tree(root).files["x"])
        assert changed not in ("remembered", first)

    def test_what_was_just_written_is_not_remembered(self, root: Path, tmp_path: Path) -> None:
        write(root, "x", age_seconds=0)
        cache = ChecksumCache(root, tmp_path / "cache")
        cache.checksum(read_tree(root).files["x"])
        cache.save()
        assert not (tmp_path / "cache").exists()

    @pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', '{"x": [1, 2, 3]}', "\x00"])
    def test_a_broken_cache_is_no_cache(self, root: Path, tmp_path: Path, content: str) -> None:
        write(root, "x")
        cache = ChecksumCache(root, tmp_path / "cache")
        expected = cache.checksum(read_tree(root).files["x"])
        cache.save()
        (file,) = (tmp_path / "cache").iterdir()
        file.write_text(content)
        assert ChecksumCache(root, tmp_path / "cache").checksum(read_tree(root).files["x"]) == expected

    def test_a_link_that_took_the_place_of_a_file_is_not_read(self, root: Path, tmp_path: Path) -> None:
        outside = write(tmp_path, "secret")
        file = LocalFile.of("x", write(root, "x").stat())
        (root / "x").unlink()
        (root / "x").symlink_to(outside)
        with pytest.raises(OSError, match="symbolic"):
            ChecksumCache(root, None).checksum(file)


class TestContained:
    @pytest.mark.parametrize("path", ["../x", "a/../../x", "/x", "", "a//../x", "./..", "a\x00b"])
    def test_paths_that_lead_out(self, root: Path, path: str) -> None:
        with pytest.raises(InvalidPlace), ContainedDirectory(root).parent(path, create=True):
            pass

    def test_a_link_on_the_way(self, root: Path, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (root / "link").symlink_to(tmp_path / "outside")
        for path in ("link/x", "link/deep/x"):
            with pytest.raises(InvalidPlace, match="is a link"), ContainedDirectory(root).parent(path, create=True):
                pass
        assert list((tmp_path / "outside").iterdir()) == []

    @pytest.mark.parametrize("planted", ["work", "work/deep"])
    def test_a_link_in_its_own_place(self, root: Path, tmp_path: Path, planted: str) -> None:
        outside = tmp_path / "outside"
        (outside / "deep").mkdir(parents=True)
        (root / planted).parent.mkdir(exist_ok=True)
        (root / planted).symlink_to(outside)
        directory = ContainedDirectory(root / "work/deep", within=root)
        with pytest.raises(InvalidPlace, match="is a link"):
            directory.check()
        with pytest.raises(InvalidPlace, match="is a link"):
            directory.make()
        with pytest.raises(InvalidPlace, match="is a link"), directory.parent("x", create=True):
            pass
        assert [path.name for path in outside.iterdir()] == ["deep"]

    def test_what_others_may_change(self, root: Path) -> None:
        directory = ContainedDirectory(root / "work/deep", within=root, open_to_all=True)
        directory.check()
        directory.make()
        with directory.parent("er/x", create=True):
            assert {(root / path).stat().st_mode & 0o777 for path in ("work", "work/deep", "work/deep/er")} == {0o777}

    def test_directories_are_made_and_pruned(self, root: Path) -> None:
        directory = ContainedDirectory(root / "new")
        with directory.parent("a/b/x", create=True) as (descriptor, name):
            assert name == "x"
            assert os.fstat(descriptor).st_ino == (root / "new/a/b").stat().st_ino
        directory.prune("a/b/x")
        assert list((root / "new").iterdir()) == []

    def test_pruning_stops_at_what_is_not_empty(self, root: Path) -> None:
        write(root, "a/kept")
        (root / "a/b/c").mkdir(parents=True)
        ContainedDirectory(root).prune("a/b/c/x")
        assert [path.name for path in (root / "a").iterdir()] == ["kept"]
