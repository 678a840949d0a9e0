"""Every test of a contract runs on both colonies: the one in memory, and the one behind a real server."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contract.world import World, in_memory, on_server
from tests.support.server import RunningServer


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(params=["memory", "server"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    made = in_memory() if request.param == "memory" else on_server(request.getfixturevalue("server"))
    async with made.connections:
        yield made
