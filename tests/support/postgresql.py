"""A real PostgreSQL for tests: a cluster of its own, with a database for every test that asks for one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import psycopg

from colonyserver.storage import migrations
from colonyserver.storage.backend import backend_for

_SCRIPT = Path(__file__).parents[2] / "scripts" / "postgres-up"
_TEMPLATE = "colony_template"


class Cluster:
    """A running cluster; what it writes outlives its processes, and when it is durable also the loss of power."""

    def __init__(self, directory: Path, *, is_durable: bool = False) -> None:
        """`is_durable` makes commits as slow as they really are."""
        self._directory = directory
        self._is_durable = is_durable
        self._admin_url = self._run()

    @property
    def pid(self) -> int:
        """The process that all others of the cluster descend from."""
        return int((self._directory / "data" / "postmaster.pid").read_text().splitlines()[0])

    def url(self, name: str) -> str:
        """The URL of a database."""
        return f"{self._admin_url.rpartition('/')[0]}/{name}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new database with all tables, dropped at the end of the block."""
        name = f"test_{uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run a statement as the administrator."""
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        """Start the cluster after `stop`, on the same port."""
        self._run()

    def restart(self) -> None:
        """Break off every connection, stop, and start again on the same port."""
        self._run("--restart")

    def stop(self) -> None:
        """Stop at once, as if it had crashed."""
        self._run("--down")

    @cached_property
    def _template(self) -> str:
        """Making all tables takes longer than copying them."""
        self.execute(f"CREATE DATABASE {_TEMPLATE}")
        engine = backend_for(self.url(_TEMPLATE)).writing_engine()
        migrations.upgrade(engine)
        engine.dispose()
        return _TEMPLATE

    def _run(self, *options: str) -> str:
        command = [str(_SCRIPT), *options, str(self._directory)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "POSTGRES_ARGS": "" if self._is_durable else "-c fsync=off"},
        )
        if done.returncode:
            raise AssertionError(f"{' '.join(command)}: {done.stderr}")
        return done.stdout.strip().removeprefix("ready: ")


@contextmanager
def running_cluster(*, is_durable: bool = False) -> Iterator[Cluster]:
    """A cluster for the length of the block; `is_durable` as in `Cluster`."""
    # Not below pytest's directories: those only root may enter, as whom PostgreSQL does not run.
    directory = Path(tempfile.mkdtemp(prefix="colony-postgresql-"))
    cluster = Cluster(directory, is_durable=is_durable)
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(directory)
