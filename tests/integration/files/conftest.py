"""A real server, the stores, and machines whose directories are synced over them."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from colonysdk.client import ColonyClient
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.plan import Change, Keep, SyncPlan
from colonysdk.files.stores.base import Store
from colonysdk.files.stores.choosing import open_store
from colonysdk.files.syncing import Sync
from colonysdk.settings import StoreSettings
from tests.support.s3 import running_s3, settings_of
from tests.support.server import ColonyKeys

Files = dict[str, bytes]


@pytest.fixture
async def client(colony: ColonyKeys) -> AsyncIterator[ColonyClient]:
    async with colony.client() as user:
        yield user


@pytest.fixture
def catalogue(client: ColonyClient) -> FileCatalogue:
    return FileCatalogue(client)


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The AWS_S3_* variables of a real S3 server."""
    with running_s3(tmp_path_factory.mktemp("s3")) as variables:
        yield variables


@pytest.fixture(params=["directory", "s3"])
def store_settings(request: pytest.FixtureRequest, tmp_path: Path) -> StoreSettings:
    if request.param == "directory":
        return StoreSettings.load(directory=tmp_path / "store")
    return settings_of(request.getfixturevalue("s3"))


@pytest.fixture
async def store(store_settings: StoreSettings, catalogue: FileCatalogue, colony: ColonyKeys) -> Store:
    return await open_store(store_settings, catalogue, colony.name)


@dataclass(frozen=True)
class Machine:
    """A directory that is synced with a label."""

    root: Path
    catalogue: FileCatalogue
    store: Store
    label: str = "/work"

    def write(self, files: Files) -> None:
        for path, content in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def read(self) -> Files:
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and not path.is_symlink()
        }

    def syncing(self) -> Sync:
        return Sync(self.catalogue, self.store, self.root, self.label, cache_directory=self.root.parent / "checksums")

    async def sync(self, keep: Keep = Keep.LOCAL, *, mirror: bool = False) -> SyncPlan:
        syncing = self.syncing()
        plan = await syncing.plan(keep, mirror=mirror)
        await syncing.apply(plan)
        return plan


@pytest.fixture
def here(tmp_path: Path, catalogue: FileCatalogue, store: Store) -> Machine:
    return Machine(tmp_path / "here", catalogue, store)


@pytest.fixture
def there(tmp_path: Path, catalogue: FileCatalogue, store: Store) -> Machine:
    return Machine(tmp_path / "elsewhere" / "deep", catalogue, store)


def changes(plan: SyncPlan) -> dict[str, Change]:
    return {step.path: step.change for step in plan.steps}
