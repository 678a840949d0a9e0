"""What clients of ColonyOS count on, shown with an independent client on each database."""

import pytest

from tests.support.pycolonies_site import Site
from tests.support.server import RunningServer


@pytest.fixture(scope="session")
def server(server_on_each_database: RunningServer) -> RunningServer:
    return server_on_each_database


@pytest.fixture
def site(server: RunningServer) -> Site:
    return Site.make(server)
