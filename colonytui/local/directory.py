"""The data directory of a local colony and what lies in it."""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from colonysdk.errors import InvalidSettings
from colonytui.local.errors import LocalColonyFailed

DATA_VARIABLE = "COLONY_TUI_DATA"
_LOCK_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class DataDirectory:
    """Where a local colony keeps its database, keys, logs and locks; only its owner may look inside."""

    path: Path

    @classmethod
    def locate(cls, environment: Mapping[str, str] = os.environ) -> "DataDirectory":
        """Return COLONY_TUI_DATA when set, else colony-tui/local below the XDG data directory; makes nothing."""
        chosen = environment.get(DATA_VARIABLE)
        if chosen:
            return cls(Path(chosen).expanduser().absolute())
        data_home = Path(environment.get("XDG_DATA_HOME") or "")
        if not data_home.is_absolute():  # XDG: a relative path is to be ignored
            data_home = Path.home() / ".local" / "share"
        return cls(data_home / "colony-tui" / "local")

    @property
    def database(self) -> Path:
        """The server's SQLite file."""
        return self.path / "colony.db"

    @property
    def keys(self) -> Path:
        """The directory of the key files."""
        return self.path / "keys"

    @property
    def record(self) -> Path:
        """What the last complete start came to (`colonytui.local.record`)."""
        return self.path / "colony.json"

    @property
    def executor_state(self) -> Path:
        """What the executor keeps: its journal and images."""
        return self.path / "executor"

    @property
    def files(self) -> Path:
        """The store of the colony's files, where no other one is configured."""
        return self.path / "files"

    def create(self) -> None:
        """Make the directory, closed to other users; raises InvalidSettings when that is impossible."""
        try:
            for directory in (self.path, self.keys, self.executor_state):
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InvalidSettings(
                f"cannot use the data directory {self.path}: {reason}; set {DATA_VARIABLE}"
            ) from error

    @contextmanager
    def locked(self, wait_seconds: float) -> Iterator[None]:
        """Hold the right to start and stop parts; raises LocalColonyFailed when another program keeps it too long."""
        self.create()
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not lock_within(descriptor, wait_seconds):
                raise LocalColonyFailed(f"another program has been starting or stopping {self.path} for too long")
            yield
        finally:
            os.close(descriptor)


def lock_within(descriptor: int, wait_seconds: float) -> bool:
    """Lock an open file for this program alone; False when others hold it for longer than `wait_seconds`."""
    give_up_at = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up_at:
                return False
            time.sleep(_LOCK_POLL_SECONDS)
        else:
            return True
