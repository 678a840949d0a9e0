"""One real server for all tests of this directory, and a colony of its own for each of them."""

from collections.abc import Iterator

import pytest

from tests.support.server import ColonyKeys, RunningServer


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer(tmp_path_factory.mktemp("server")) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def colony(server: RunningServer) -> ColonyKeys:
    return server.new_colony()
