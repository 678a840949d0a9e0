"""The user's own terminal or pipes as one end of a session."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import termios
import tty
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from colonysdk.exec import Terminal

_CHUNK_BYTES = 32 * 1024
_FALLBACK_SIZE = os.terminal_size((80, 24))
_MAIN_SCREEN = b"\x1b[?1049l"
_LEAVE_PROGRAMS = b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?25h\x1b[0m\r\n"
"""No mouse, no bracketed paste, a cursor, no colours, and a line of its own for what is said next."""
_SWITCH = re.compile(rb"\x1b\[\?(?:1049|1047|47)([hl])")
_LONGEST_SWITCH = 8


class SecondScreen:
    """Whether programs have left the terminal on its second screen, which editors use, by what they wrote to it."""

    def __init__(self) -> None:
        self.is_shown = False
        self._end = b""

    def note(self, data: bytes) -> None:
        """Take note of what is written."""
        text = self._end + data
        for switch in _SWITCH.finditer(text):
            self.is_shown = switch[1] == b"h"
        self._end = text[-_LONGEST_SWITCH:]


@contextmanager
def raw_terminal() -> Iterator[None]:
    """Let every key through as it is, for the length of the block; afterwards the terminal is as it was."""
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    try:
        tty.setraw(number)
        yield
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


def own_terminal() -> Terminal:
    """What the command is to know about this terminal."""
    from colonysdk.exec import Terminal

    size = terminal_size()
    return Terminal(size.columns, size.lines, os.environ.get("TERM") or "xterm")


def terminal_size() -> os.terminal_size:
    """The size of this terminal, which has nothing to do with COLUMNS and LINES."""
    try:
        return os.get_terminal_size(sys.stdin.fileno())
    except OSError:
        return _FALLBACK_SIZE


async def typed() -> AsyncGenerator[bytes, None]:
    """Yield what comes from stdin until it ends, of whatever kind it is."""
    number = sys.stdin.fileno()
    while data := await _read(number):
        yield data


async def show(stream: int, data: bytes) -> None:
    """Write to stdout (1) or stderr (2), waiting while nobody reads; raises BrokenPipeError."""
    await asyncio.to_thread(_write, stream, data)


def leave_programs(second_screen: SecondScreen) -> None:
    """Undo what a program may have done to the terminal that had no chance to do so itself."""
    # Where it is shown already, the main screen would have its cursor moved to where a program once began.
    _write(sys.stdout.fileno(), (_MAIN_SCREEN if second_screen.is_shown else b"") + _LEAVE_PROGRAMS)


async def _read(number: int) -> bytes:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(number, ready.set)
    except PermissionError:  # a file, which is always ready
        return await asyncio.to_thread(os.read, number, _CHUNK_BYTES)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(number)
    try:
        return os.read(number, _CHUNK_BYTES)
    except OSError:  # the terminal went away
        return b""


def _write(number: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(number, rest) :]
