"""What every runtime offers: the Runtime protocol and the values that pass through it.

A workload is created, started, waited for and removed. Everything a runtime knows about it survives the executor:
after a crash `find` returns the same handles, and `output` goes on from any position it gave out.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from colonyexecutors.runtimes.live import LiveCommand
from colonysdk.exec import Command

KILLED = 137
"""The exit code of a program that was killed by signal 9, as shells and Docker count: 128 + 9."""


class Stream(StrEnum):
    """Where a program wrote."""

    STDOUT = "stdout"
    STDERR = "stderr"


class Phase(StrEnum):
    """How far a workload has come."""

    CREATED = "created"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True)
class Bind:
    """A directory or file of this machine that a program sees at `target`."""

    source: Path
    target: str
    read_only: bool = False


@dataclass(frozen=True)
class Workload:
    """What to run: an argument list, never a text for a shell.

    `attempt` tells two runs of one process apart. 0 means no limit for `cpu_milli`, `memory_bytes`, `pids` (processes
    and threads) and `log_bytes`, which hold for each copy; of more output than that the runtime may lose the oldest.
    `replace_entrypoint` runs `argv` itself instead of handing it to the image's ENTRYPOINT. An empty
    `working_directory` or `user` is the image's. The program runs `nodes` × `processes_per_node` times at once; `rank`
    tells one of these copies from the others.
    """

    process_id: str
    attempt: str
    argv: tuple[str, ...]
    image: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    replace_entrypoint: bool = False
    working_directory: str = ""
    user: str = ""
    has_network: bool = True
    binds: tuple[Bind, ...] = ()
    cpu_milli: int = 0
    memory_bytes: int = 0
    pids: int = 0
    log_bytes: int = 0
    gpu_ids: tuple[str, ...] = ()
    nodes: int = 1
    processes_per_node: int = 1
    rank: int = 0

    @property
    def copies(self) -> int:
        """How many times the program runs at once."""
        return self.nodes * self.processes_per_node


@dataclass(frozen=True)
class Handle:
    """A created workload; `id` is the runtime's own, `notes` tell the operator about limits that were adapted.

    `copies` is how many there are of the workload, `rank` which of them this is.
    """

    id: str
    process_id: str
    attempt: str
    notes: tuple[str, ...] = ()
    rank: int = 0
    copies: int = 1


@dataclass(frozen=True)
class Image:
    """An image that is present: the runtime's id, and the digest it is known by in registries (or the id)."""

    id: str
    digest: str
    size_bytes: int = 0


@dataclass(frozen=True)
class Exit:
    """How a workload ended.

    `out_of_memory`: the memory limit had to be enforced, on the program or on one of its children. `out_of_processes`:
    so had the limit of processes and threads. `lost`: the end was not observed, so the code is a guess.
    """

    code: int
    out_of_memory: bool = False
    out_of_processes: bool = False
    lost: bool = False


@dataclass(frozen=True)
class Output:
    """Text that a program wrote, and the position from which `output` goes on after it.

    The text holds whole lines, except where a line is longer than the runtime keeps together and at the very end.
    """

    stream: Stream
    text: str
    position: str


@dataclass(frozen=True)
class Capacity:
    """What a runtime can share among workloads."""

    cpu_milli: int
    memory_bytes: int


@dataclass(frozen=True)
class Usage:
    """What a workload uses: processor seconds and bytes read and written so far, bytes of memory now."""

    cpu_seconds: float
    memory_bytes: int
    read_bytes: int = 0
    written_bytes: int = 0


@dataclass(frozen=True)
class ExecResult:
    """What a command inside a workload gave back."""

    code: int
    stdout: bytes
    stderr: bytes


class Runtime(Protocol):
    """Runs workloads on this machine.

    Any method raises RuntimeUnavailable when what does the work does not answer.
    """

    name: str
    uses_images: bool

    async def open(self) -> None:
        """Connect; nothing else may be called before."""

    async def close(self) -> None:
        """Disconnect and leave the workloads as they are."""

    async def describe(self) -> str:
        """The runtime's name and version in one line."""

    async def capacity(self) -> Capacity:
        """The processors and the memory there are for workloads."""

    async def image_present(self, reference: str) -> Image | None:
        """The image of that name if it is on this machine; raises ImageFailed when it can be no image's name."""

    async def pull(self, reference: str) -> None:
        """Fetch an image from its registry; raises ImageFailed."""

    async def load_image(self, archive: Path) -> Image:
        """Take the image out of a `docker save` archive; raises ImageFailed."""

    async def remove_image(self, reference: str) -> None:
        """Remove an image; one that is absent is fine, one in use raises ImageFailed."""

    def host_of(self, workload: Workload, rank: int) -> str:
        """The name under which the copy of a rank can be reached by the others."""

    async def create(self, workload: Workload) -> Handle:
        """Prepare one copy of a workload without running anything of it; raises StartFailed."""

    async def start(self, handle: Handle) -> None:
        """Let a created workload run; raises StartFailed."""

    async def kill(self, handle: Handle, grace_seconds: float) -> None:
        """End a workload and all it started: SIGTERM, then SIGKILL after the grace. One that has ended is fine."""

    async def wait(self, handle: Handle) -> Exit:
        """Wait until a workload has ended; raises StartFailed when its command turned out not to be startable."""

    async def exit_code(self, handle: Handle) -> Exit | None:
        """How a workload ended, None while it has not."""

    def output(self, handle: Handle, after: str = "") -> AsyncGenerator[Output, None]:
        """Yield what a workload wrote after a position ("" for all of it), until it has ended and all was read."""

    async def exec(self, handle: Handle, argv: Sequence[str]) -> ExecResult:
        """Run a command beside the program, in the same place; raises StartFailed when the workload does not run."""

    async def begin_beside(self, handle: Handle, command: Command, mark: str) -> LiveCommand:
        """Start a command beside the program whose streams stay open; raises StartFailed.

        It and all that it starts can be found by its mark, which is hexadecimal.
        """

    async def end_beside(self, handle: Handle, mark: str) -> None:
        """End what is left of a command that an earlier run of the executor started beside the program."""

    async def usage(self, handle: Handle) -> Usage:
        """What a running workload uses."""

    async def open_files(self, handle: Handle, directory: Path) -> None:
        """Let this executor's user read and remove what a program has left in a directory that it was given.

        Raises StartFailed when that cannot be done. What belongs to users that are not known here may stay closed.
        """

    async def find(self) -> list[tuple[Handle, Phase]]:
        """Every workload of this executor that is on this machine."""

    async def remove(self, handle: Handle) -> None:
        """Remove a workload with everything it left behind, ending it if it runs."""
