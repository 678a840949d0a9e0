"""Commands that run beside a program with open streams, such as a shell that somebody types into."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from colonyexecutors.runtimes.base import Stream

GRACE_SECONDS = 0.5
"""Between SIGHUP, which shells and editors expect when their terminal goes away, and SIGKILL."""


class LiveCommand(Protocol):
    """A command that has been started. `end` has to be called for every one of them, also when it has ended."""

    async def write(self, data: bytes) -> None:
        """Hand over bytes to its stdin or terminal, waiting while it takes none; one that has ended loses them."""

    async def end_input(self) -> None:
        """Close its stdin, or type the end-of-file character into its terminal."""

    async def resize(self, columns: int, rows: int) -> None:
        """Give its terminal another size."""

    def output(self) -> AsyncGenerator[tuple[Stream, bytes], None]:
        """Yield what it writes until it has ended; with a terminal, everything is stdout."""

    async def exit_code(self) -> int:
        """Its exit code, once its output is over; raises RuntimeUnavailable when nobody knows."""

    async def end(self) -> None:
        """End it with everything that it has started, and release what it holds."""
