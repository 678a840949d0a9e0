"""One real server on each database for all tests of this directory."""

import pytest

from tests.support.protocol.answers import Post, post_to
from tests.support.server import RunningServer


@pytest.fixture(scope="session")
def server(server_on_each_database: RunningServer) -> RunningServer:
    return server_on_each_database


@pytest.fixture(scope="session")
def post(server: RunningServer) -> Post:
    """Sends bodies to the server."""
    return post_to(server)
