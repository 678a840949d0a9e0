"""A detached program of the local colony, alive as long as its lock is held.

The starter locks a file and hands the open file to the program it starts; the kernel gives the lock back when that
program ends, however it ends. So a dead part is never taken for a living one, and a living one is found even when its
starter was killed before it could write anything down. The locked file holds the pid and the moment the program
started, so that a signal never reaches another program which has the same pid by now.
"""

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colonytui.local.directory import lock_within
from colonytui.local.errors import LocalColonyFailed

_POLL_SECONDS = 0.005
_PROBE_SECONDS = 1.0
_MAX_LOG_BYTES = 8 * 2**20


class _Detached(subprocess.Popen[bytes]):
    def __del__(self) -> None:
        """Not complain that the program still runs: it is meant to outlive this one."""


@dataclass
class Part:
    """One program, by its name; its files lie in the data directory."""

    name: str
    directory: Path
    _process: _Detached | None = None

    @property
    def log(self) -> Path:
        """What the program writes to its standard output and error."""
        return self.directory / f"{self.name}.log"

    @property
    def ready_file(self) -> Path:
        """What the program writes once it works."""
        return self.directory / f"{self.name}.ready.json"

    def is_running(self) -> bool:
        """Whether the program lives."""
        self._reap()
        try:
            descriptor = os.open(self._lock, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            # Shared, so that two programs which look at the same moment do not take each other for the part.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def pid(self) -> int | None:
        """The program's process id, None when it does not live or cannot be told."""
        if not self.is_running():
            return None
        started = _read_json(self._lock) or self.ready() or {}
        pid = started.get("pid")
        if not isinstance(pid, int) or started.get("started", start_mark(pid)) != start_mark(pid):
            return None
        return pid

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start the program in a session of its own; raises LocalColonyFailed when it runs already or cannot start."""
        lock = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not lock_within(lock, _PROBE_SECONDS):
                raise LocalColonyFailed(f"the local {self.name} runs already")
            os.ftruncate(lock, 0)
            self.ready_file.unlink(missing_ok=True)
            self._process = self._spawn(command, environment, lock)
            started = {"pid": self._process.pid, "started": start_mark(self._process.pid)}
            os.pwrite(lock, json.dumps(started).encode(), 0)
        except OSError as error:
            raise LocalColonyFailed(f"cannot start the local {self.name}: {error}") from error
        finally:
            os.close(lock)

    def wait_until_ready(self, seconds: float) -> dict[str, Any]:
        """Return what the program says once it works; raises LocalColonyFailed when it ends or takes too long."""
        give_up_at = time.monotonic() + seconds
        while (ready := self.ready()) is None:
            if not self.is_running():
                raise LocalColonyFailed(f"the local {self.name} ended while starting: {self._last_words()}")
            if time.monotonic() > give_up_at:
                raise LocalColonyFailed(f"the local {self.name} is not ready after {seconds:.0f} s; see {self.log}")
            time.sleep(_POLL_SECONDS)
        return ready

    def ready(self) -> dict[str, Any] | None:
        """What the program said when it began to work; None before that."""
        return _read_json(self.ready_file)

    def send(self, signal_number: signal.Signals) -> None:
        """Send a signal to the program if it lives."""
        if pid := self.pid():
            with suppress(ProcessLookupError):
                os.kill(pid, signal_number)

    def kill(self) -> None:
        """End the program at once, and wait a moment for its end."""
        self.send(signal.SIGKILL)
        self.wait_until_ended(_PROBE_SECONDS)

    def wait_until_ended(self, seconds: float) -> bool:
        """Whether the program ended within the time."""
        give_up_at = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > give_up_at:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    @property
    def _lock(self) -> Path:
        return self.directory / f"{self.name}.lock"

    def _spawn(self, command: Sequence[str], environment: Mapping[str, str], lock: int) -> _Detached:
        self._shorten_log()
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            return _Detached(
                command,
                env=dict(environment),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(lock,),
            )
        finally:
            os.close(log)

    def _reap(self) -> None:
        if self._process is not None:
            self._process.poll()

    def _shorten_log(self) -> None:
        with suppress(FileNotFoundError):
            if self.log.stat().st_size > _MAX_LOG_BYTES:
                self.log.replace(self.log.with_suffix(".log.1"))

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return f"{lines[-1][:300] if lines else 'it wrote nothing'} (see {self.log})"


def start_mark(pid: int) -> str:
    """Something that tells a program from another one that gets the same pid later; "" when there is none such."""
    try:
        # Clock ticks since boot, unlike a time of day, do not move when the clock is set.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except FileNotFoundError:
        return "" if Path("/proc/self/stat").exists() else _creation_time(pid)


def _creation_time(pid: int) -> str:
    import psutil

    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:
        return ""


def _read_json(path: Path) -> dict[str, Any] | None:
    with suppress(FileNotFoundError, ValueError):
        value = json.loads(path.read_text(encoding="utf-8"))
        return value if isinstance(value, dict) else None
    return None
