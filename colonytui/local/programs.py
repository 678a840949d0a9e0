"""How the parts of a local colony are called: their command lines and environments."""

import os
import socket
import sys
from pathlib import Path

from colonytui.local.directory import DataDirectory
from colonytui.local.keys import LocalKeys

HOST = "127.0.0.1"
COLONY_NAME = "local"
EXECUTOR_NAME = "local"
EXECUTOR_TYPE = "container-executor"


def server_command(directory: DataDirectory, port: int, ready_file: Path) -> list[str]:
    """The command of the server on the port."""
    return [
        *(_program("colony-server"), "start"),
        *("--host", HOST, "--port", str(port)),
        *("--database", f"sqlite:///{directory.database}"),
        *("--ready-file", str(ready_file)),
    ]


def executor_command(directory: DataDirectory, keys: LocalKeys, url: str, ready_file: Path) -> list[str]:
    """The command of the executor of the server at `url`."""
    return [
        *(_program("colony-executor"), "auto"),
        *("--host", HOST, "--port", str(port_of(url)), "--insecure"),
        *("--colony", COLONY_NAME, "--name", EXECUTOR_NAME, "--type", EXECUTOR_TYPE),
        *("--key-file", str(keys.executor_file), "--colony-key-file", str(keys.colony_owner_file)),
        *("--state-dir", str(directory.executor_state)),
        *("--ready-file", str(ready_file)),
    ]


def environment(**settings: str) -> dict[str, str]:
    """The environment of a part: this one, but with no other COLONIES_* setting than these."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COLONIES_")}
    return inherited | settings


def executor_environment(directory: DataDirectory) -> dict[str, str]:
    """The environment of the executor: it stages files from the same store that the commands use."""
    return environment(COLONY_FILES_DIR=os.environ.get("COLONY_FILES_DIR") or str(directory.files))


def port_of(url: str) -> int:
    """The port of a server's address."""
    return int(url.rpartition(":")[2])


def url_of(port: int) -> str:
    """The address of a server on the port."""
    return f"http://{HOST}:{port}"


def free_port() -> int:
    """A port that no server listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether a server could listen on the port; any is free for port 0."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
