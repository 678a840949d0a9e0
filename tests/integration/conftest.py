"""Databases for servers: whatever asks for `databases` or `database_url` runs on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.support.postgresql import Cluster, running_cluster
from tests.support.server import RunningServer

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


@contextmanager
def _sqlite_file(directory: Path) -> Iterator[str]:
    yield f"sqlite:///{directory / 'colony.db'}"
