"""One real server on each database for all tests of this directory."""

from collections.abc import Iterator

import pytest

from tests.integration.conftest import Databases
from tests.support.protocol.answers import Post, post_to
from tests.support.server import RunningServer


@pytest.fixture(scope="session")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    directory = tmp_path_factory.mktemp("server")
    with databases(directory) as url, RunningServer(directory, database_url=url) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture(scope="session")
def post(server: RunningServer) -> Post:
    """Sends bodies to the server."""
    return post_to(server)
