"""Objects that no revision refers to are cleared away, and nothing else ever is."""

import io
from datetime import timedelta

import pytest

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.collecting import discard, find_unused
from colonysdk.files.removal import remove_revision
from colonysdk.files.stores.base import Store
from colonysdk.files.stores.choosing import open_store
from colonysdk.settings import StoreSettings
from tests.integration.files.conftest import Machine
from tests.support.server import RunningServer

NOW = timedelta(seconds=-2)
"""S3 servers tell moments in whole seconds, and some of them round up."""


async def collect(catalogue: FileCatalogue, store: Store, older_than: timedelta = NOW) -> int:
    return (await discard(store, await find_unused(catalogue, store, older_than=older_than))).objects


def contents(store: Store, names: list[str]) -> list[bytes]:
    return [b"".join(store.read(name)) for name in names]


async def objects_of(catalogue: FileCatalogue) -> list[str]:
    labels = [label.name for label in await catalogue.labels()]
    files = [(label, file.name) for label in labels for file in await catalogue.files_in(label)]
    return [revision.ref.s3_object.object for file in files for revision in await catalogue.revisions(*file)]


async def test_what_is_in_use_stays(here: Machine, catalogue: FileCatalogue, store: Store) -> None:
    for content in (b"oldest", b"older", b"newest"):
        here.write({"x": content, "a/y": content + b" too", "once": b"only"})
        await here.sync()
    names = await objects_of(catalogue)
    assert len(names) == 7
    before = contents(store, names)
    assert await collect(catalogue, store) == 0
    assert contents(store, names) == before


async def test_what_is_not_in_use_goes(here: Machine, catalogue: FileCatalogue, store: Store) -> None:
    here.write({"x": b"used"})
    await here.sync()
    store.put(io.BytesIO(b"an upload that was broken off"), 29, lambda count: None)
    assert await collect(catalogue, store, timedelta(days=1)) == 0
    assert await collect(catalogue, store) == 1
    assert await collect(catalogue, store) == 0
    assert contents(store, await objects_of(catalogue)) == [b"used"]


async def test_a_removed_revision_of_shared_content(here: Machine, catalogue: FileCatalogue, store: Store) -> None:
    here.write({"x": b"same", "y": b"same"})
    await here.sync()
    (x,) = await catalogue.revisions("/work", "x")
    await remove_revision(catalogue, store, x)
    await collect(catalogue, store)
    assert contents(store, await objects_of(catalogue)) == [b"same"]


async def test_other_colonies_of_one_store(
    here: Machine, catalogue: FileCatalogue, store: Store, store_settings: StoreSettings, server: RunningServer
) -> None:
    here.write({"x": b"of the first colony"})
    await here.sync()
    other = server.new_colony()
    async with other.client() as client:
        other_catalogue = FileCatalogue(client)
        other_store = await open_store(store_settings, other_catalogue, other.name)
        assert await collect(other_catalogue, other_store) == 0
    assert contents(store, await objects_of(catalogue)) == [b"of the first colony"]


@pytest.mark.parametrize("store_settings", ["s3"], indirect=True)
async def test_what_others_put_into_the_bucket(
    catalogue: FileCatalogue, store: Store, store_settings: StoreSettings
) -> None:
    import boto3
    from botocore.config import Config

    assert store_settings.access_key is not None
    assert store_settings.secret_key is not None
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{store_settings.endpoint}",
        aws_access_key_id=store_settings.access_key.get_secret_value(),
        aws_secret_access_key=store_settings.secret_key.get_secret_value(),
        region_name="us-east-1",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    for key in ("ab" * 32, "readme.txt"):
        client.put_object(Bucket=store_settings.bucket, Key=key, Body=b"foreign")
    assert await collect(catalogue, store) == 0
    for key in ("ab" * 32, "readme.txt"):
        assert client.get_object(Bucket=store_settings.bucket, Key=key)["Body"].read() == b"foreign"
        client.delete_object(Bucket=store_settings.bucket, Key=key)
