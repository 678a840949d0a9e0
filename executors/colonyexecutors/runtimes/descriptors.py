"""File descriptors on the event loop: pipes and pseudo-terminals that are read and written without blocking it."""

import asyncio
import errno
import os
from collections.abc import Callable

_CHUNK_BYTES = 64 * 1024


class Descriptor:
    """One file descriptor, which it owns; one task may read and one may write at a time."""

    def __init__(self, number: int) -> None:
        os.set_blocking(number, False)
        self.number = number
        self._is_closed = False

    async def read(self) -> bytes:
        """What there is, as soon as there is something; empty at the end."""
        loop = asyncio.get_running_loop()
        while not self._is_closed:
            try:
                return os.read(self.number, _CHUNK_BYTES)
            except BlockingIOError:
                await _until(loop.add_reader, loop.remove_reader, self.number)
            except OSError as error:
                if error.errno != errno.EIO:  # what a terminal says when nobody has it open any more
                    raise
                break
        return b""

    async def write(self, data: bytes) -> None:
        """Write everything; nothing happens when nobody reads any more."""
        loop = asyncio.get_running_loop()
        rest = memoryview(data)
        while rest and not self._is_closed:
            try:
                rest = rest[os.write(self.number, rest) :]
            except BlockingIOError:
                await _until(loop.add_writer, loop.remove_writer, self.number)
            except BrokenPipeError:
                return
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                return

    def close(self) -> None:
        """Close it; once is enough."""
        if not self._is_closed:
            self._is_closed = True
            os.close(self.number)


async def _until(add: Callable[..., object], remove: Callable[[int], object], number: int) -> None:
    ready = asyncio.Event()
    add(number, ready.set)
    try:
        await ready.wait()
    finally:
        remove(number)
