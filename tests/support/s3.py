"""A real S3 server for tests, on a port and a directory of its own."""

import contextlib
import os
import random
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

from colonysdk.settings import StoreSettings

_S3_UP = Path(__file__).parents[2] / "scripts" / "s3-up"
_PORTS_OF_ONE = 4
_START_SECONDS = 300


class S3Server:
    """A real S3 server with data of its own; `variables` are the AWS_S3_* that lead to it."""

    def __init__(self, directory: Path) -> None:
        if os.geteuid() != 0:
            pytest.skip("an S3 server is installed and started by root only")
        self._environment = {**os.environ, "S3_PORT": str(_free_ports()), "S3_DIR": str(directory)}
        self.variables: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._call("--wipe")

    def start(self) -> None:
        """Start it, on the data it had."""
        self.variables = dict(line.split("=", 1) for line in self._call("--env").splitlines())

    def restart(self) -> None:
        """Stop it and start it again."""
        self._call("--down")
        self.start()

    def _call(self, option: str) -> str:
        done = subprocess.run(
            [_S3_UP, option],
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running_s3(directory: Path) -> Iterator[Mapping[str, str]]:
    """An S3 server for the length of the block; yields the AWS_S3_* variables that lead to it."""
    with S3Server(directory) as server:
        yield server.variables


def settings_of(variables: Mapping[str, str], **changes: object) -> StoreSettings:
    """The settings that the variables of an S3 server mean."""
    settings = StoreSettings.load(
        endpoint=variables["AWS_S3_ENDPOINT"],
        access_key=variables["AWS_S3_ACCESSKEY"],
        secret_key=variables["AWS_S3_SECRETKEY"],
        bucket=variables["AWS_S3_BUCKET"],
        region=variables["AWS_S3_REGION"],
    )
    return settings.model_copy(update=changes)


def _free_ports() -> int:
    """The first of some ports that no outgoing connection can take meanwhile: below the kernel's own range."""
    while True:
        first = random.randint(20_000, 32_000)
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for port in range(first, first + _PORTS_OF_ONE):
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
