"""A program in a pseudo-terminal, timed from the key to the first byte it paints."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

_ESCAPES = re.compile(rb"\x1b(\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|.)")
_CHUNK = 65_536


class Terminal:
    """A program on a terminal of 120 by 36 cells."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.execve(command[0], list(command), {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))

    def wait_for(self, text: str, timeout: float = 60.0) -> float:
        """Wait until the program has painted a text; seconds since it was started."""
        painted = b""
        ends = time.perf_counter() + timeout
        while text.encode() not in _ESCAPES.sub(b"", painted):
            if time.perf_counter() > ends:
                raise RuntimeError(
                    f"{text!r} was not painted: {_ESCAPES.sub(b'', painted)[-2000:].decode(errors='replace')}"
                )
            painted += self._read(1.0)
        return time.perf_counter() - self.started

    def latency(self, key: bytes) -> float:
        """Seconds from a key to the first byte that follows it, after the screen has been still for a moment."""
        while self._read(0.03):
            pass
        begin = time.perf_counter()
        os.write(self._terminal, key)
        if not self._read(5.0):
            raise RuntimeError(f"nothing was painted after {key!r}")
        return time.perf_counter() - begin

    def press(self, key: bytes) -> None:
        """Press a key without waiting."""
        os.write(self._terminal, key)

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._pid

    def close(self) -> None:
        """End the program."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)

    def _read(self, timeout: float) -> bytes:
        readable, _, _ = select.select([self._terminal], [], [], timeout)
        return os.read(self._terminal, _CHUNK) if readable else b""
