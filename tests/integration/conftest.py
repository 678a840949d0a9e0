"""Databases, cores, servers; whatever asks for `databases`, `database_url` or `core` runs on SQLite and PostgreSQL."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from colonyserver.services.schedules import Schedules
from tests.support.core import Core, open_core
from tests.support.postgresql import Cluster, running_cluster
from tests.support.schedules import schedules_over
from tests.support.server import ColonyKeys, RunningServer

Databases = Callable[[Path], AbstractContextManager[str]]
"""Gives the URL of a new, empty database for the length of a block; a SQLite file is made in the directory."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL of this test process. Whoever stops it must use one of its own, from `running_cluster`."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Makes databases of one kind.

    A module that has nothing to do with databases stays on one of them with
    `pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True, scope="session")`.
    """
    if request.param == "sqlite":
        return _sqlite_file
    cluster: Cluster = request.getfixturevalue("cluster")
    return lambda _directory: cluster.database()


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A new database for one test."""
    with databases(tmp_path) as url:
        yield url


@pytest.fixture
async def core(tmp_path: Path, database_url: str) -> AsyncIterator[Core]:
    """The server's core over a new database."""
    async with open_core(tmp_path, url=database_url) as core:
        yield core


@pytest.fixture
def schedules(core: Core) -> Schedules:
    """The crons and generators of the core."""
    return schedules_over(core)


@pytest.fixture
async def cores(tmp_path: Path, cluster: Cluster) -> AsyncIterator[tuple[Core, Core]]:
    """Two cores over one PostgreSQL, as if each were on a server of its own."""
    with cluster.database() as url:
        async with open_core(tmp_path, url=url) as first, open_core(tmp_path, url=url) as second:
            yield first, second


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The server of this test process, on SQLite; every test makes a colony of its own on it.

    Whoever stops it, or depends on settings or the database, puts another in its place.
    """
    with RunningServer(tmp_path_factory.mktemp("server")) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture(scope="session")
def server_on_each_database(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The same on SQLite and on PostgreSQL; it takes the place of `server` in whole directories."""
    directory = tmp_path_factory.mktemp("server")
    with databases(directory) as url, RunningServer(directory, database_url=url) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def colony(server: RunningServer) -> ColonyKeys:
    """A new colony."""
    return server.new_colony()


@pytest.fixture(scope="module")
def servers(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningServer, RunningServer]]:
    """Two servers over one PostgreSQL."""
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    with (
        cluster.database() as url,
        RunningServer(one, database_url=url) as first,
        RunningServer(other, database_url=url, server_owner=first.server_owner) as second,
    ):
        yield first, second
        assert "Traceback" not in first.log + second.log


@pytest.fixture
def here(servers: tuple[RunningServer, RunningServer]) -> ColonyKeys:
    """A new colony, seen from the first server."""
    return servers[0].new_colony()


@pytest.fixture
def there(servers: tuple[RunningServer, RunningServer], here: ColonyKeys) -> ColonyKeys:
    """The same colony, seen from the second server."""
    return replace(here, url=servers[1].url)


@contextmanager
def _sqlite_file(directory: Path) -> Iterator[str]:
    yield f"sqlite:///{directory / 'colony.db'}"
