"""Plain processes as a runtime: no image, no isolation, and what the kernel allows of limits.

Each workload has a working directory, files beside it for its output and its exit code, and a session that is ended as
a group. Limits: memory is sampled every second over the whole session and enforced by killing it (RLIMIT_AS would break
programs that reserve address space which they never use), and so are the numbers of processes and threads and the size
of the output, which loses what is older when it grows beyond the limit; cpu is not limited; core files are off; the
kernel's out-of-memory killer is pointed at the workload, not at the executor. Stdout and stderr are files: each is
kept in order, and between the two the order is that in which they were read, some 50 ms apart.
"""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

from colonyexecutors.errors import ImageFailed, StartFailed
from colonyexecutors.runtimes import guard, linux, wrapper
from colonyexecutors.runtimes.access import give_access
from colonyexecutors.runtimes.base import (
    Capacity,
    ExecResult,
    Exit,
    Handle,
    Image,
    Output,
    Phase,
    Stream,
    Usage,
    Workload,
)
from colonyexecutors.runtimes.beside import ProcessCommand
from colonyexecutors.runtimes.characters import to_text
from colonyexecutors.runtimes.command_size import check_size
from colonyexecutors.runtimes.marked import signal_marked
from colonyexecutors.runtimes.session import Session, not_started
from colonyexecutors.runtimes.tail import FileTail
from colonysdk.exec import Command

_SAMPLES_PER_SWEEP = 5
_SHORTEST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.02, 0.25


class ProcessRuntime:
    """Runs workloads as processes of this user; `directory` holds what they leave, also across restarts."""

    name = "process"
    uses_images = False

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._sessions: dict[str, Session] = {}
        self._guarding: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Make the directory."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._guarding = asyncio.create_task(self._keep_guard())

    async def close(self) -> None:
        """Stop watching; the workloads go on."""
        if self._guarding is not None:
            self._guarding.cancel()
            with suppress(asyncio.CancelledError):
                await self._guarding

    async def describe(self) -> str:
        """The system that the processes run on."""
        system = os.uname()
        return f"plain processes on {system.sysname} {system.release}"

    async def capacity(self) -> Capacity:
        """The cores that this program may use, and the machine's memory."""
        return Capacity(cpu_milli=len(os.sched_getaffinity(0)) * 1000, memory_bytes=linux.memory_bytes())

    async def image_present(self, reference: str) -> Image | None:
        """Count every image as present: none is used."""
        return Image(id="", digest="")

    async def pull(self, reference: str) -> None:
        """Do nothing: no image is used."""

    async def load_image(self, archive: Path) -> Image:
        """Refuse: no image is used."""
        raise ImageFailed("images_unsupported", "plain processes have no images")

    async def remove_image(self, reference: str) -> None:
        """Do nothing: no image is used."""

    def host_of(self, workload: Workload, rank: int) -> str:
        """This machine: all copies run on it."""
        return "localhost"

    async def create(self, workload: Workload) -> Handle:
        """Start the wrapper, which waits for its word."""
        handle = _handle(workload)
        directory = self._directory / handle.id
        check_size(workload.argv, workload.environment)
        try:
            directory.mkdir()
            self._sessions[handle.id] = Session.spawn(directory, workload)
        except (OSError, StartFailed) as error:
            shutil.rmtree(directory, ignore_errors=True)
            raise error if isinstance(error, StartFailed) else not_started(error) from error
        return handle

    async def start(self, handle: Handle) -> None:
        """Give the wrapper its word."""
        self._session(handle).go()

    async def kill(self, handle: Handle, grace_seconds: float) -> None:
        """End the session, and whatever left it but kept its place."""
        session = self._session(handle)
        session.signal(signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(session.ended.wait(), grace_seconds)
        session.signal(signal.SIGKILL)
        guard.end_residents(self._directory, lambda home: home == session.directory)

    async def wait(self, handle: Handle) -> Exit:
        """Wait for the wrapper."""
        session = self._session(handle)
        await session.ended.wait()
        assert session.exit is not None
        return session.exit

    async def exit_code(self, handle: Handle) -> Exit | None:
        """What the wrapper recorded, None while it runs."""
        return self._session(handle).exit

    async def output(self, handle: Handle, after: str = "") -> AsyncGenerator[Output, None]:
        """Follow the two files; a position is a pair of byte offsets."""
        session = self._session(handle)
        offsets = [int(offset) for offset in (after or "0:0").split(":")]
        pause = _SHORTEST_PAUSE_SECONDS
        with ExitStack() as stack:
            tails = [
                stack.enter_context(FileTail(wrapper.beside(session.directory, f".{stream}"), offset))
                for stream, offset in zip(Stream, offsets, strict=True)
            ]
            while True:
                # Looked up before reading: what is written between the two is read in the last round.
                ended = session.ended.is_set()
                silent = True
                for stream, tail in zip(Stream, tails, strict=True):
                    if data := tail.read(to_the_end=ended):
                        silent = False
                        yield Output(stream, to_text(data), ":".join(str(tail.offset) for tail in tails))
                if not silent:
                    pause = _SHORTEST_PAUSE_SECONDS
                elif ended:
                    return
                else:
                    pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(session.ended.wait(), pause)

    async def exec(self, handle: Handle, argv: Sequence[str]) -> ExecResult:
        """Run a command with the working directory and the environment of the program."""
        session = self._session(handle)
        environment = linux.environment_of(session.pid)
        if session.ended.is_set() or not environment:
            raise StartFailed("not_running", "the program has ended")
        try:
            child = await asyncio.create_subprocess_exec(
                *argv,
                cwd=session.directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise not_started(error) from error
        stdout, stderr = await child.communicate()
        return ExecResult(child.returncode or 0, stdout, stderr)

    async def begin_beside(self, handle: Handle, command: Command, mark: str) -> ProcessCommand:
        """Start a command with the working directory and the environment of the program."""
        return await ProcessCommand.begin(self._session(handle), command, mark)

    async def end_beside(self, handle: Handle, mark: str) -> None:
        """Kill what has the mark."""
        signal_marked(mark, signal.SIGKILL)

    async def usage(self, handle: Handle) -> Usage:
        """The sums over the session."""
        members = self._session(handle).members(linux.sessions())
        return Usage(
            cpu_seconds=sum(member.cpu_seconds for member in members),
            memory_bytes=sum(member.resident_bytes for member in members),
        )

    async def open_files(self, handle: Handle, directory: Path) -> None:
        """Change the modes: programs are this user's, and so are their files."""
        await asyncio.to_thread(give_access, directory)

    async def find(self) -> list[tuple[Handle, Phase]]:
        """Every directory of a workload; those whose wrapper still runs are watched again."""
        found = []
        for directory in sorted(path for path in self._directory.iterdir() if path.is_dir()):
            handle = _handle_of(directory.name)
            found.append((handle, self._session(handle).phase))
        return found

    async def remove(self, handle: Handle) -> None:
        """Kill what is left and delete the directory."""
        session = self._session(handle)
        if not session.ended.is_set():
            await self.kill(handle, 0)
            await session.ended.wait()
        self._sessions.pop(handle.id, None)
        await asyncio.to_thread(session.delete)

    def _session(self, handle: Handle) -> Session:
        session = self._sessions.get(handle.id)
        if session is None:
            session = self._sessions[handle.id] = Session.adopt(self._directory / handle.id)
        return session

    async def _keep_guard(self) -> None:
        for tick in count(1):
            await guard.until_next_look()
            guard.enforce_limits(self._sessions.values())
            if tick % _SAMPLES_PER_SWEEP == 0:
                # What made itself independent of its session outlives it: until its directory is gone.
                guard.end_residents(self._directory, lambda home: not home.exists())


def _handle(workload: Workload) -> Handle:
    """A handle whose id names the directory and says all there is to know after a restart."""
    name = f"{workload.process_id}.{workload.attempt}"
    if workload.copies > 1:
        name += f".{workload.rank}.{workload.copies}"
    ignored = {"user": workload.user, "network": not workload.has_network, "mounts": workload.binds}
    notes = tuple(
        f"{wish} is ignored: plain processes have this executor's" for wish, asked in ignored.items() if asked
    )
    return replace(_handle_of(name), notes=notes)


def _handle_of(name: str) -> Handle:
    process_id, attempt, *which = name.split(".")
    rank, copies = map(int, which or ("0", "1"))
    return Handle(name, process_id, attempt, rank=rank, copies=copies)
