"""A real registry for tests."""

import contextlib
import os
import random
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

REGISTRY_UP = Path(__file__).parents[3] / "scripts" / "registry-up"


def running_registry(directory: Path, **settings: str) -> Iterator[str]:
    """A registry that holds busybox:latest, for as long as the generator waits; its address."""
    if os.geteuid() != 0:
        pytest.skip("a registry is installed and started by root only")
    port = _free_port()
    environment = {**os.environ, "REGISTRY_PORT": str(port), "REGISTRY_DIR": str(directory), **settings}
    up = subprocess.run([REGISTRY_UP], env=environment, check=False, capture_output=True, text=True, timeout=180)
    assert up.returncode == 0, up.stderr
    yield f"localhost:{port}"
    subprocess.run([REGISTRY_UP, "--down"], env=environment, check=True, capture_output=True, timeout=60)


def _free_port() -> int:
    """A port that no outgoing connection of another test can take meanwhile: one below the kernel's own range."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randint(20_000, 32_000)))
            return int(probe.getsockname()[1])
