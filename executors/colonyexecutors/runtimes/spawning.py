"""Starting a child with open streams: in a pseudo-terminal that becomes its own, or with three pipes."""

import asyncio
import fcntl
import os
import pty
import struct
import termios
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from colonyexecutors.runtimes.base import Stream
from colonyexecutors.runtimes.descriptors import Descriptor
from colonyexecutors.runtimes.wrapper import SHELL
from colonysdk.exec import Terminal

# The first terminal that the leader of a session opens becomes the session's own: nothing has to run between fork and
# exec, which a program with threads must not do.
_IN_TERMINAL = 'ulimit -c 0; terminal=$1; shift; exec "$@" <>"$terminal" >&0 2>&0'
_WITH_PIPES = 'ulimit -c 0; exec "$@"'
_NAME = "colony-exec"


@dataclass(frozen=True)
class Spawned:
    """A child, where its input goes, and where its output comes from."""

    child: asyncio.subprocess.Process
    input: Descriptor
    outputs: Mapping[Stream, Descriptor]


async def spawn_in_terminal(
    argv: Sequence[str], terminal: Terminal, environment: Mapping[str, str], place: Path
) -> Spawned:
    """Start a child that leads a session with a terminal; raises OSError."""
    with ExitStack() as on_failure:
        master, slave = pty.openpty()
        on_failure.callback(os.close, master)
        try:
            set_size(master, terminal.columns, terminal.rows)
            child = await asyncio.create_subprocess_exec(
                *(SHELL, "-c", _IN_TERMINAL, _NAME, os.ttyname(slave), *argv),
                cwd=place,
                env={**environment, "TERM": terminal.kind},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=slave,
                stderr=slave,
                start_new_session=True,
            )
        finally:
            os.close(slave)
        on_failure.pop_all()
    screen = Descriptor(master)
    return Spawned(child, screen, {Stream.STDOUT: screen})


async def spawn_with_pipes(argv: Sequence[str], environment: Mapping[str, str], place: Path) -> Spawned:
    """Start a child that leads a session with three pipes; raises OSError."""
    with ExitStack() as on_failure:
        ends = [os.pipe() for _ in range(3)]
        for ours in (ends[0][1], ends[1][0], ends[2][0]):
            on_failure.callback(os.close, ours)
        theirs = (ends[0][0], ends[1][1], ends[2][1])
        try:
            child = await asyncio.create_subprocess_exec(
                *(SHELL, "-c", _WITH_PIPES, _NAME, *argv),
                cwd=place,
                env=environment,
                stdin=theirs[0],
                stdout=theirs[1],
                stderr=theirs[2],
                start_new_session=True,
            )
        finally:
            for number in theirs:
                os.close(number)
        on_failure.pop_all()
    outputs = {Stream.STDOUT: Descriptor(ends[1][0]), Stream.STDERR: Descriptor(ends[2][0])}
    return Spawned(child, Descriptor(ends[0][1]), outputs)


def set_size(terminal: int, columns: int, rows: int) -> None:
    """Set the size of the terminal behind a descriptor."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
