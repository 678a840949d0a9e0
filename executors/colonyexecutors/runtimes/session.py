"""One plain process: its wrapper, the session it leads, and the files that outlive the executor."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes import linux, wrapper
from colonyexecutors.runtimes.access import give_access
from colonyexecutors.runtimes.base import KILLED, Exit, Phase, Workload

ABOUT = ".json"
"""Beside the working directory: how to find the wrapper again."""

_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class SessionLimits:
    """What a session may take, 0 for any amount: of memory, of processes and threads, of output in each stream."""

    memory_bytes: int = 0
    pids: int = 0
    log_bytes: int = 0


class Session:
    """A wrapper process, started by this executor or found after a restart; `ended` is set with its `exit`."""

    def __init__(
        self, directory: Path, pid: int, limits: SessionLimits, child: subprocess.Popen[bytes] | None = None
    ) -> None:
        self.directory = directory
        self.pid = pid
        self.limits = limits
        self.out_of_memory = False
        self.out_of_processes = False
        self.exit: Exit | None = None
        self.guests: set[int] = set()
        """The leaders of sessions beside it that count as a part of it."""
        self.ended = asyncio.Event()
        self._child = child

    @classmethod
    def spawn(cls, directory: Path, workload: Workload) -> Self:
        """Start a wrapper that waits for its word; raises StartFailed."""
        environment = wrapper.clean_environment(directory, {**workload.environment, **_gpus(workload)})
        place = Path(workload.working_directory or directory)
        if not place.is_dir():
            raise StartFailed(
                "no_such_directory",
                f"there is no directory {place} on this machine",
                hint="leave kwargs.workdir out: a plain process has a directory of its own",
            )
        command = wrapper.command_line(directory, workload.argv, environment, place)
        try:
            child = subprocess.Popen(
                command,
                cwd=place,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise not_started(error) from error
        status = linux.read_status(child.pid)
        limits = SessionLimits(workload.memory_bytes, workload.pids, workload.log_bytes)
        about = {
            "pid": child.pid,
            "start_ticks": status.start_ticks if status else 0,
            "limits": asdict(limits),
        }
        wrapper.beside(directory, ABOUT).write_text(json.dumps(about))
        session = cls(directory, child.pid, limits, child)
        session._watch()
        return session

    @classmethod
    def adopt(cls, directory: Path) -> Self:
        """Find the session of an earlier executor again, whether it still runs or not."""
        try:
            about = json.loads(wrapper.beside(directory, ABOUT).read_text())
        except (OSError, ValueError):
            about = {"pid": 0, "start_ticks": 0, "limits": {}}
        status = linux.read_status(about["pid"])
        if status is None or status.start_ticks != about["start_ticks"]:
            session = cls(directory, 0, SessionLimits())
            session._finish()
        else:
            session = cls(directory, about["pid"], SessionLimits(**about["limits"]))
            session._watch()
        return session

    def members(self, sessions: Mapping[int, Sequence[linux.ProcessStatus]]) -> list[linux.ProcessStatus]:
        """The processes that belong to it, among all of this machine by their sessions."""
        return [member for leader in (self.pid, *self.guests) for member in sessions.get(leader, ())]

    @property
    def phase(self) -> Phase:
        """How far it has come: the wrapper opens the output file when it runs the program, and never before."""
        if not wrapper.beside(self.directory, wrapper.STDOUT).exists():
            return Phase.CREATED
        return Phase.ENDED if self.ended.is_set() else Phase.RUNNING

    def go(self) -> None:
        """Give the wrapper its word; raises StartFailed."""
        if self._child is None or self._child.stdin is None:
            raise StartFailed("not_created", "the executor that prepared this program is gone", retry=True)
        try:
            self._child.stdin.write(wrapper.GO)
            self._child.stdin.close()
        except OSError as error:
            raise not_started(error) from error

    def delete(self) -> None:
        """Delete everything it left on disk; blocks."""
        for ending in (wrapper.STDOUT, wrapper.STDERR, wrapper.EXIT_CODE, ABOUT):
            wrapper.beside(self.directory, ending).unlink(missing_ok=True)
        give_access(self.directory)
        shutil.rmtree(self.directory, ignore_errors=True)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and all that it started in its group."""
        if not self.ended.is_set():
            linux.signal_group(self.pid, number)
            for guest in self.guests:
                linux.signal_session(guest, number)

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            self._finish()
        except OSError:  # a kernel before 5.3 has no descriptors of processes
            loop.call_soon(self._poll)
        else:
            loop.add_reader(descriptor, self._on_exit, descriptor)

    def _on_exit(self, descriptor: int) -> None:
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)
        self._finish()

    def _poll(self) -> None:
        status = linux.read_status(self.pid)
        if status is None or status.zombie:
            self._finish()
        else:
            asyncio.get_running_loop().call_later(_POLL_SECONDS, self._poll)

    def _finish(self) -> None:
        """End what the program left running, then take note of its own end."""
        recorded = wrapper.read_exit_code(self.directory)
        if recorded and self.limits.pids and not self.out_of_processes:
            # A program may give up before anybody has looked: the machine has limits, too.
            threads = sum(member.threads for member in self.members(linux.sessions()))
            self.out_of_processes = threads > self.limits.pids
        if self.pid:
            # Before the wrapper is reaped: until then no other process can get its number.
            linux.signal_group(self.pid, signal.SIGKILL)
        for guest in self.guests:
            linux.signal_session(guest, signal.SIGKILL)
        status = self._reap()
        over_limit = self.out_of_memory or self.out_of_processes
        if recorded is not None:
            ended = Exit(recorded)
        elif status < 0:
            ended = Exit(128 - status)
        else:
            ended = Exit(KILLED, lost=not over_limit)
        self.exit = replace(ended, out_of_memory=self.out_of_memory, out_of_processes=self.out_of_processes)
        self.ended.set()

    def _reap(self) -> int:
        if self._child is None:
            return 0
        if self._child.stdin is not None:
            self._child.stdin.close()
        return self._child.wait()


def _gpus(workload: Workload) -> dict[str, str]:
    """Which GPUs a program is to use: nothing keeps a plain process from the others, but its libraries follow this."""
    return {"CUDA_VISIBLE_DEVICES": ",".join(workload.gpu_ids)} if workload.gpu_ids else {}


def not_started(error: OSError) -> StartFailed:
    """What to say when the system refuses to start a program."""
    return StartFailed(
        "start_refused",
        f"the system refused to start the program: {error.strerror}",
        hint="the machine may be short of processes or memory",
        retry=True,
    )
