"""The S3 store against a real S3 server, and the unmodified pycolonies client beside it."""

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pycolonies import Colonies

from colonysdk.errors import InvalidSettings
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.errors import ObjectMissing, StoreUnreachable
from colonysdk.files.plan import Keep
from colonysdk.files.stores.choosing import open_store
from colonysdk.files.stores.s3 import S3Store
from colonysdk.settings import StoreSettings
from tests.integration.files.conftest import Machine
from tests.support.s3 import settings_of
from tests.support.server import ColonyKeys


def nobody(_count: int) -> None:
    """Wants no progress."""


class Requests:
    """Notes what a store asks of its server."""

    def __init__(self, store: S3Store) -> None:
        self._methods: list[str] = []
        store._s3.meta.events.register("before-send.s3", self._note)

    def count(self, method: str) -> int:
        return self._methods.count(method)

    def forget(self) -> None:
        self._methods.clear()

    def _note(self, request: Any, **_: Any) -> None:
        self._methods.append(request.method)


def interrupt(_count: int) -> None:
    """Break off an upload when its first part has arrived; the others that are under way then arrive too."""
    raise KeyboardInterrupt


@pytest.fixture
def settings(s3: Mapping[str, str]) -> StoreSettings:
    return settings_of(s3)


@pytest.fixture
def store(settings: StoreSettings) -> S3Store:
    return S3Store(settings, "mark")


class TestStore:
    @pytest.mark.parametrize("size", [0, 1, 8 * 2**20 - 1, 8 * 2**20, 8 * 2**20 + 1, 50 * 2**20])
    def test_every_size(self, store: S3Store, size: int) -> None:
        content = os.urandom(size)
        told: list[int] = []
        stored = store.put(io.BytesIO(content), size, told.append)
        assert sum(told) == stored.size == size
        name = stored.reference.s3_object.object
        assert b"".join(store.read(name)) == content
        if size > 10:
            assert b"".join(store.read(name, size - 10)) == content[-10:]
        store.forget(name)
        store.forget(name)
        with pytest.raises(ObjectMissing):
            next(store.read(name))

    def test_an_interrupted_upload_leaves_nothing(self, store: S3Store) -> None:
        before = {stored.name for stored in store.objects()}
        with pytest.raises(KeyboardInterrupt):
            store.put(io.BytesIO(b"x" * 40 * 2**20), 40 * 2**20, interrupt)
        assert {stored.name for stored in store.objects()} == before

    def test_an_upload_that_was_broken_off_is_continued(self, store: S3Store) -> None:
        content = os.urandom(50 * 2**20)
        with pytest.raises(KeyboardInterrupt):
            store.put(io.BytesIO(content), len(content), interrupt, identity="large")
        requests = Requests(store)
        stored = store.put(io.BytesIO(content), len(content), nobody, identity="large")
        # How many of the seven parts were there already is up to the store's speed.
        assert requests.count("PUT") < 7
        assert b"".join(store.read(stored.reference.s3_object.object)) == content
        requests.forget()
        store.put(io.BytesIO(content), len(content), nobody, identity="large")
        assert requests.count("PUT") == 7

    def test_parts_of_other_content_are_sent_again(self, store: S3Store) -> None:
        with pytest.raises(KeyboardInterrupt):
            store.put(io.BytesIO(b"x" * 20 * 2**20), 20 * 2**20, interrupt, identity="other")
        stored = store.put(io.BytesIO(b"y" * 20 * 2**20), 20 * 2**20, nobody, identity="other")
        assert set(b"".join(store.read(stored.reference.s3_object.object))) == {ord("y")}

    def test_the_bucket_is_made_when_it_is_missing(self, settings: StoreSettings) -> None:
        for size in (5, 9 * 2**20):
            store = S3Store(settings.model_copy(update={"bucket": f"fresh-{os.urandom(4).hex()}"}), "mark")
            assert list(store.objects()) == []
            with pytest.raises(ObjectMissing):
                next(store.read("0" * 64))
            stored = store.put(io.BytesIO(b"x" * size), size, nobody)
            assert [found.size for found in store.objects()] == [size]
            store.forget(stored.reference.s3_object.object)

    def test_the_reference_is_one_that_other_clients_read(self, store: S3Store, s3: Mapping[str, str]) -> None:
        reference = store.put(io.BytesIO(b"x"), 1, nobody).reference
        place = reference.s3_object
        assert reference.protocol == "s3"
        assert f"{place.server}:{place.port}" == s3["AWS_S3_ENDPOINT"]
        assert (place.bucket, place.region, place.tls) == (s3["AWS_S3_BUCKET"], s3["AWS_S3_REGION"], False)
        assert (place.access_key, place.secret_key, len(place.object)) == ("", "", 64)

    def test_wrong_keys(self, s3: Mapping[str, str]) -> None:
        store = S3Store(settings_of({**s3, "AWS_S3_SECRETKEY": "wrong"}), "mark")
        with pytest.raises(StoreUnreachable, match="AWS_S3_SECRETKEY"):
            store.put(io.BytesIO(b"x"), 1, nobody)

    def test_nobody_there(self, s3: Mapping[str, str]) -> None:
        store = S3Store(settings_of({**s3, "AWS_S3_ENDPOINT": "127.0.0.1:1"}), "mark")
        with pytest.raises(StoreUnreachable, match="cannot be reached"):
            next(store.read("0" * 64))

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({"AWS_S3_BUCKET": ""}, "AWS_S3_BUCKET"),
            ({"AWS_S3_ENDPOINT": "host:port"}, "AWS_S3_ENDPOINT"),
            ({"AWS_S3_ENDPOINT": "http://"}, "AWS_S3_ENDPOINT"),
        ],
    )
    def test_incomplete_settings(self, s3: Mapping[str, str], changes: dict[str, str], named: str) -> None:
        with pytest.raises(InvalidSettings, match=named):
            S3Store(settings_of({**s3, **changes}), "mark")

    @pytest.mark.parametrize("endpoint", ["{}", "http://{}", "http://{}/"])
    def test_endpoints_with_and_without_a_scheme(self, s3: Mapping[str, str], endpoint: str) -> None:
        store = S3Store(settings_of({**s3, "AWS_S3_ENDPOINT": endpoint.format(s3["AWS_S3_ENDPOINT"])}), "mark")
        assert store.put(io.BytesIO(b"x"), 1, nobody).size == 1


class TestPycolonies:
    """The client from the package index, as it is, reads and writes the same files."""

    @pytest.fixture(autouse=True)
    def _environment(self, s3: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in s3.items():
            monkeypatch.setenv(name, value)

    @pytest.fixture
    async def machine(self, tmp_path: Path, catalogue: FileCatalogue, settings: StoreSettings) -> Machine:
        store = await open_store(settings, catalogue, "any")
        return Machine(tmp_path / "ours", catalogue, store)

    @pytest.fixture
    def theirs(self, colony: ColonyKeys) -> Colonies:
        return Colonies("127.0.0.1", int(colony.url.rpartition(":")[2]))

    async def test_what_it_uploads_we_download(
        self, theirs: Colonies, machine: Machine, colony: ColonyKeys, tmp_path: Path
    ) -> None:
        (tmp_path / "x.bin").write_bytes(os.urandom(10_000))
        key = colony.user.private_hex()
        theirs.upload_file(colony.name, key, str(tmp_path / "x.bin"), "/work")
        theirs.upload_data(colony.name, key, "empty", b"", "work/a/")
        await machine.sync(Keep.REMOTE)
        assert machine.read() == {"x.bin": (tmp_path / "x.bin").read_bytes(), "a/empty": b""}

    async def test_what_we_upload_it_downloads(
        self, theirs: Colonies, machine: Machine, colony: ColonyKeys, tmp_path: Path
    ) -> None:
        files = {"x": b"content", "empty": b"", "large": os.urandom(9 * 2**20)}
        machine.write(files)
        await machine.sync()
        key = colony.user.private_hex()
        for name, content in files.items():
            assert theirs.download_data(colony.name, key, label="/work", filename=name) == content
        path = theirs.download_file(colony.name, key, dst=str(tmp_path / "out"), label="/work", filename="x")
        assert Path(path).read_bytes() == b"content"
        assert [label["name"] for label in theirs.get_file_labels(colony.name, key)] == ["/work"]
        assert {file["name"] for file in theirs.get_files("/work", colony.name, key)} == set(files)

    async def test_what_it_deletes_is_gone_for_us(
        self, theirs: Colonies, machine: Machine, colony: ColonyKeys, catalogue: FileCatalogue
    ) -> None:
        machine.write({"x": b"1", "y": b"2"})
        await machine.sync()
        theirs.delete_file(colony.name, colony.user.private_hex(), label="/work", filename="x")
        assert [file.name for file in await catalogue.files_in("/work")] == ["y"]

    async def test_snapshots(self, theirs: Colonies, machine: Machine, colony: ColonyKeys) -> None:
        machine.write({"x": b"1", "a/y": b"2"})
        await machine.sync()
        key = colony.user.private_hex()
        made = theirs.create_snapshot(colony.name, "/work", "one", key)
        assert len(made["fileids"]) == 2
        assert theirs.get_snapshot_by_name(colony.name, "one", key) == made
        assert theirs.get_snapshot_by_id(colony.name, made["snapshotid"], key) == made
        assert theirs.get_snapshots(colony.name, key) == [made]
