"""What of this machine is reserved by the processes it has taken on, and what is free."""

import asyncio
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Resources:
    """Amounts of what processes take: cpu in thousandths of a core, memory in bytes, slots."""

    cpu_milli: int
    memory_bytes: int
    slots: int


class Reservation:
    """What one process holds, from its assignment to its end."""

    def __init__(self, ledger: "Ledger", amounts: Resources) -> None:
        self._ledger = ledger
        self._amounts: Resources | None = amounts

    def __enter__(self) -> Self:
        """It was reserved when it was made."""
        return self

    def __exit__(self, *error: object) -> None:
        """Release it."""
        self.release()

    def release(self) -> None:
        """Give it back; a second time changes nothing."""
        if self._amounts is not None:
            self._ledger._give_back(self._amounts)
            self._amounts = None


class Ledger:
    """The book of reservations; a process that was assigned is always entered, even where that exceeds the total."""

    def __init__(self, total: Resources) -> None:
        self.total = total
        self._free = total
        self._room = asyncio.Event()
        self._room.set()

    @property
    def free(self) -> Resources:
        """What no process holds, nothing below zero."""
        return Resources(
            cpu_milli=max(self._free.cpu_milli, 0),
            memory_bytes=max(self._free.memory_bytes, 0),
            slots=max(self._free.slots, 0),
        )

    @property
    def untouched(self) -> bool:
        """Whether all cpu and memory are free, so that no process can wait for more than that."""
        return self._free.cpu_milli >= self.total.cpu_milli and self._free.memory_bytes >= self.total.memory_bytes

    def reserve(self, cpu_milli: int, memory_bytes: int) -> Reservation:
        """Enter a process: a slot, and what it asks for."""
        amounts = Resources(max(cpu_milli, 0), max(memory_bytes, 0), 1)
        self._change(amounts, -1)
        return Reservation(self, amounts)

    async def room(self) -> None:
        """Wait until there is a slot for another process."""
        await self._room.wait()

    def _give_back(self, amounts: Resources) -> None:
        self._change(amounts, 1)

    def _change(self, amounts: Resources, sign: int) -> None:
        self._free = Resources(
            cpu_milli=self._free.cpu_milli + sign * amounts.cpu_milli,
            memory_bytes=self._free.memory_bytes + sign * amounts.memory_bytes,
            slots=self._free.slots + sign * amounts.slots,
        )
        if self._free.slots > 0:
            self._room.set()
        else:
            self._room.clear()
