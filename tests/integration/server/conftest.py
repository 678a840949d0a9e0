"""One real server on each database for all tests of this directory, and a colony of its own for each of them."""

from collections.abc import Iterator

import pytest

from tests.integration.conftest import Databases
from tests.support.server import ColonyKeys, RunningServer


@pytest.fixture(scope="session")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    directory = tmp_path_factory.mktemp("server")
    with databases(directory) as url, RunningServer(directory, database_url=url) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def colony(server: RunningServer) -> ColonyKeys:
    return server.new_colony()
