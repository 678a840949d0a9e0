"""Syncs of real directories with a real server, over both kinds of stores."""

import os
from pathlib import Path

import pytest

from colonysdk.errors import Refused
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.errors import ObjectMissing, TransferFailed
from colonysdk.files.plan import Change, Keep
from colonysdk.files.progress import Advance
from colonysdk.files.removal import files_at, remove_file, remove_files, remove_revision
from colonysdk.files.snapshots import read_snapshot
from colonysdk.files.stores.base import Store
from tests.integration.files.conftest import Files, Machine, changes

FILES: Files = {
    "x": b"one",
    "empty": b"",
    ".hidden": b"seen",
    "a/y": b"two",
    "a/b/c/z": b"three",
    "a/ä ö.txt": "ü".encode(),
    "large": os.urandom(20 * 2**20 + 5),
}


class TestBothWays:
    async def test_what_goes_up_comes_down_on_another_machine(self, here: Machine, there: Machine) -> None:
        here.write(FILES)
        up = await here.sync()
        assert set(changes(up).values()) == {Change.UPLOAD}
        down = await there.sync(Keep.REMOTE)
        assert set(changes(down).values()) == {Change.DOWNLOAD}
        assert there.read() == FILES
        for machine in (here, there):
            again = await machine.sync()
            assert (again.steps, again.unchanged, again.skipped) == ([], len(FILES), [])

    async def test_what_was_uploaded_is_not_read_again(self, here: Machine) -> None:
        here.write({"x": b"old"})
        os.utime(here.root / "x", (1, 1))
        await here.sync()
        here.write({"x": b"new"})
        # Nothing but its content tells that the file was changed.
        os.utime(here.root / "x", (1, 1))
        assert (await here.sync()).unchanged == 1
        os.utime(here.root / "x", (2, 2))
        assert changes(await here.sync()) == {"x": Change.REPLACE_REMOTE}

    async def test_labels_are_directories(self, here: Machine, catalogue: FileCatalogue) -> None:
        here.write(FILES)
        await here.sync()
        labels = {label.name: label.files for label in await catalogue.labels_at("/work")}
        assert labels == {"/work": 4, "/work/a": 2, "/work/a/b/c": 1}
        (revision,) = await catalogue.revisions("/work/a", "y")
        assert revision.size == 3
        assert revision.ref.s3_object.secret_key == revision.ref.s3_object.access_key == ""

    async def test_the_root_label(self, here: Machine, there: Machine, catalogue: FileCatalogue) -> None:
        files = {"x": b"1", "a/b/y": b"2"}
        here = Machine(here.root, here.catalogue, here.store, "/")
        there = Machine(there.root, there.catalogue, there.store, "/")
        here.write(files)
        await here.sync()
        assert [label.name for label in await catalogue.labels()] == ["/", "/a/b"]
        await there.sync()
        assert there.read() == files

    async def test_a_conflict_is_won_by_the_side_that_is_kept(
        self, here: Machine, there: Machine, catalogue: FileCatalogue
    ) -> None:
        here.write({"x": b"old", "y": b"same"})
        await here.sync()
        await there.sync()
        there.write({"x": b"new"})
        assert changes(await there.sync(Keep.LOCAL)) == {"x": Change.REPLACE_REMOTE}
        assert len(await catalogue.revisions("/work", "x")) == 2
        here.write({"x": b"mine"})
        assert changes(await here.sync(Keep.REMOTE)) == {"x": Change.REPLACE_LOCAL}
        assert here.read() == {"x": b"new", "y": b"same"}

    async def test_an_empty_file_wins_too(self, here: Machine, there: Machine) -> None:
        here.write({"x": b""})
        await here.sync()
        there.write({"x": b"something"})
        await there.sync(Keep.REMOTE)
        assert there.read() == {"x": b""}

    async def test_without_mirroring_removed_files_come_back(self, here: Machine, there: Machine) -> None:
        here.write({"x": b"1", "y": b"2"})
        await here.sync()
        (here.root / "x").unlink()
        assert changes(await here.sync()) == {"x": Change.DOWNLOAD}

    async def test_mirroring(self, here: Machine, there: Machine) -> None:
        here.write({"x": b"1", "a/b/y": b"2"})
        await here.sync()
        await there.sync()
        (here.root / "a/b/y").unlink()
        assert changes(await here.sync(mirror=True)) == {"a/b/y": Change.REMOVE_REMOTE}
        assert changes(await there.sync(Keep.REMOTE, mirror=True)) == {"a/b/y": Change.REMOVE_LOCAL}
        assert there.read() == {"x": b"1"}
        assert [path.name for path in there.root.iterdir()] == ["x"]

    async def test_progress_is_told(self, here: Machine) -> None:
        here.write(FILES)
        told: list[Advance] = []
        plan = await here.syncing().plan(Keep.LOCAL)
        await here.syncing().apply(plan, told.append)
        assert sum(advance.bytes for advance in told) == sum(map(len, FILES.values()))
        assert {advance.path for advance in told if advance.is_done} == set(FILES)


class TestTrouble:
    async def test_a_missing_object_does_not_keep_the_others_away(
        self, here: Machine, there: Machine, store: Store
    ) -> None:
        here.write({"x": b"gone", "y": b"kept", "a/z": b"kept too"})
        await here.sync()
        (x,) = await here.catalogue.revisions("/work", "x")
        for stored in store.objects():
            if stored.name == x.ref.s3_object.object:
                assert store.discard(stored)
        with pytest.raises(TransferFailed, match="does not hold") as caught:
            await there.sync()
        assert [failure.path for failure in caught.value.failures] == ["x"]
        assert there.read() == {"y": b"kept", "a/z": b"kept too"}

    async def test_links_are_left_alone(self, here: Machine, there: Machine, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/secret").write_bytes(b"secret")
        there.write({"a/x": b"up", "y": b"up"})
        await there.sync()
        here.root.mkdir()
        (here.root / "a").symlink_to(tmp_path / "outside")
        (here.root / "y").symlink_to(tmp_path / "outside/secret")
        plan = await here.sync(Keep.REMOTE, mirror=True)
        assert plan.steps == []
        assert {skipped.path for skipped in plan.skipped} == {"a", "a/x", "y"}
        assert [path.name for path in (tmp_path / "outside").iterdir()] == ["secret"]
        assert (tmp_path / "outside/secret").read_bytes() == b"secret"

    async def test_a_file_that_changed_since_the_plan_is_kept(self, here: Machine, there: Machine) -> None:
        here.write({"x": b"remote"})
        await here.sync()
        there.write({"x": b"local"})
        plan = await there.syncing().plan(Keep.REMOTE)
        there.write({"x": b"edited just now"})
        with pytest.raises(TransferFailed, match="changed meanwhile"):
            await there.syncing().apply(plan)
        assert there.read() == {"x": b"edited just now"}

    async def test_many_small_files(self, here: Machine, there: Machine) -> None:
        files = {f"d{index % 7}/f{index}": b"%d" % index for index in range(150)}
        here.write(files)
        await here.sync()
        await there.sync()
        assert there.read() == files


class TestSnapshots:
    async def test_a_snapshot_comes_down_as_it_was(self, here: Machine, there: Machine) -> None:
        here.write({"x": b"old", "a/y": b"old"})
        await here.sync()
        snapshot = await here.catalogue.create_snapshot("/work", "release")
        assert len(snapshot.file_ids or []) == 2
        here.write({"x": b"new", "z": b"new"})
        await here.sync()
        there.write({"other": b"stays", "x": b"local"})
        plan = await there.syncing().plan_download(await read_snapshot(here.catalogue, snapshot))
        await there.syncing().apply(plan)
        assert there.read() == {"x": b"old", "a/y": b"old", "other": b"stays"}
        again = await there.syncing().plan_download(await read_snapshot(here.catalogue, snapshot))
        assert (again.steps, again.unchanged) == ([], 2)


class TestRemoval:
    async def test_a_file_with_all_its_revisions(self, here: Machine, catalogue: FileCatalogue, store: Store) -> None:
        for content in (b"1", b"2"):
            here.write({"x": content})
            await here.sync()
        objects = [revision.ref.s3_object.object for revision in await catalogue.revisions("/work", "x")]
        assert await remove_file(catalogue, store, "/work", "x") == 2
        assert await remove_file(catalogue, store, "/work", "x") == 0
        assert await catalogue.labels() == []
        if store.name.startswith("S3"):
            for name in objects:
                with pytest.raises(ObjectMissing):
                    next(store.read(name))

    async def test_one_revision(self, here: Machine, catalogue: FileCatalogue, store: Store) -> None:
        for content in (b"1", b"2"):
            here.write({"x": content})
            await here.sync()
        newest, oldest = await catalogue.revisions("/work", "x")
        await remove_revision(catalogue, store, newest)
        assert await catalogue.revisions("/work", "x") == [oldest]
        assert await catalogue.revision(newest.file_id) is None
        assert b"".join(store.read(oldest.ref.s3_object.object)) == b"1"

    async def test_a_label_but_not_its_neighbour(self, here: Machine, catalogue: FileCatalogue, store: Store) -> None:
        here.write({"a/x": b"1", "a/b/y": b"2", "ab/z": b"3"})
        await here.sync()
        files = await files_at(catalogue, "/work/a")
        assert files == [("/work/a", "x"), ("/work/a/b", "y")]
        await remove_files(catalogue, store, files)
        assert [label.name for label in await catalogue.labels()] == ["/work/ab"]

    async def test_what_a_snapshot_holds_stays_whole(
        self, here: Machine, catalogue: FileCatalogue, store: Store
    ) -> None:
        here.write({"x": b"1", "y": b"2"})
        await here.sync()
        await catalogue.create_snapshot("/work", "kept")
        with pytest.raises(Refused, match="snapshot <kept>"):
            await remove_file(catalogue, store, "/work", "x")
        (revision,) = await catalogue.revisions("/work", "x")
        assert b"".join(store.read(revision.ref.s3_object.object)) == b"1"
        with pytest.raises(TransferFailed) as caught:
            await remove_files(catalogue, store, await files_at(catalogue, "/work"))
        assert [failure.path for failure in caught.value.failures] == ["/work/x", "/work/y"]
