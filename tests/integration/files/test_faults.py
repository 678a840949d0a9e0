"""Server and store go away in the middle of a sync: it says so, and the next one completes it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from colonysdk.errors import ColonyError, Unreachable
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.errors import StoreUnreachable
from colonysdk.files.plan import Keep
from colonysdk.files.progress import Advance
from colonysdk.files.stores.choosing import open_store
from colonysdk.settings import StoreSettings
from tests.integration.files.conftest import Machine
from tests.support.s3 import running_s3, settings_of
from tests.support.server import RunningServer

FILES = {f"d{index % 3}/f{index}": os.urandom(2000) for index in range(60)}


class Accident:
    """Something that happens after some files are done."""

    def __init__(self, after: int, happen: Callable[[], object]) -> None:
        self._left = after
        self._happen = happen

    def __call__(self, advance: Advance) -> None:
        self._left -= advance.is_done
        if self._left == 0 and advance.is_done:
            self._happen()


async def fails(machine: Machine, keep: Keep, accident: Accident, error: type[ColonyError]) -> None:
    syncing = machine.syncing()
    with pytest.raises(error):
        await syncing.apply(await syncing.plan(keep), accident)


async def test_the_server_is_killed(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    with RunningServer(tmp_path / "server") as server:
        colony = server.new_colony()
        async with colony.client() as client:
            catalogue = FileCatalogue(client)
            store = await open_store(StoreSettings.load(directory=tmp_path / "store"), catalogue, colony.name)
            here = Machine(tmp_path / "here", catalogue, store)
            here.write(FILES)
            await fails(here, Keep.LOCAL, Accident(10, server.kill), Unreachable)
            server.start()
            assert 0 < len((await here.sync()).steps) < len(FILES)
            there = Machine(tmp_path / "there", catalogue, store)
            await there.sync()
            assert there.read() == FILES


async def test_the_store_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    with RunningServer(tmp_path / "server") as server:
        colony = server.new_colony()
        async with colony.client() as client:
            catalogue = FileCatalogue(client)
            with running_s3(tmp_path / "s3") as variables:
                store = await open_store(settings_of(variables), catalogue, colony.name)
                here = Machine(tmp_path / "here", catalogue, store)
                here.write(FILES)
                await here.sync()
            there = Machine(tmp_path / "there", catalogue, store)
            with pytest.raises(StoreUnreachable):
                await there.sync()
            assert there.read() == {}
