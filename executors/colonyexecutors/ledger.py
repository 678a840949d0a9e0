"""What of this machine is reserved by the processes it has taken on, and what is free."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from colonyexecutors.neighbours import Held, Neighbours, NoNeighbours

_LOOK_SECONDS = 0.5
"""What other executors hold ends without a word to this one."""


@dataclass(frozen=True)
class Resources:
    """Amounts of what processes take: cpu in thousandths of a core, memory in bytes, slots, GPUs."""

    cpu_milli: int
    memory_bytes: int
    slots: int
    gpus: int = 0

    def __add__(self, other: "Resources") -> "Resources":
        return Resources(
            self.cpu_milli + other.cpu_milli,
            self.memory_bytes + other.memory_bytes,
            self.slots + other.slots,
            self.gpus + other.gpus,
        )

    def __sub__(self, other: "Resources") -> "Resources":
        return Resources(
            self.cpu_milli - other.cpu_milli,
            self.memory_bytes - other.memory_bytes,
            self.slots - other.slots,
            self.gpus - other.gpus,
        )

    def covers(self, other: "Resources") -> bool:
        """Whether all of the other amounts are there."""
        rest = self - other
        return min(rest.cpu_milli, rest.memory_bytes, rest.slots, rest.gpus) >= 0


NOTHING = Resources(0, 0, 0)


class Reservation:
    """What one process holds, from its assignment to its end; `gpu_ids` once it is granted."""

    def __init__(self, ledger: "Ledger", amounts: Resources) -> None:
        self._ledger = ledger
        self.amounts = amounts
        self.gpu_ids: tuple[str, ...] = ()
        self._released = False

    def __enter__(self) -> Self:
        """It was reserved when it was made."""
        return self

    def __exit__(self, *error: object) -> None:
        """Release it."""
        self.release()

    async def granted(self) -> None:
        """Wait until what it asks for is free: the server may assign more than was offered."""
        await self._ledger.grant(self)

    def release(self) -> None:
        """Give it back; a second time changes nothing."""
        if not self._released:
            self._released = True
            self._ledger.end(self)


class Ledger:
    """The book of reservations; a process that was assigned is always entered, and runs once there is room for it.

    `gpu_ids` are the GPUs of the machine; executors on one machine share it through `neighbours`.
    """

    def __init__(self, total: Resources, gpu_ids: Sequence[str] = (), neighbours: Neighbours | None = None) -> None:
        self.total = total
        self._gpu_ids = tuple(gpu_ids)
        self._neighbours = neighbours or NoNeighbours()
        self._entered: list[Reservation] = []
        self._granted: list[Reservation] = []
        self._change = asyncio.Event()

    @property
    def free(self) -> Resources:
        """What no process on this machine holds or waits for, nothing below zero."""
        rest = self._rest(self._entered)
        return Resources(max(rest.cpu_milli, 0), max(rest.memory_bytes, 0), max(rest.slots, 0), max(rest.gpus, 0))

    @property
    def untouched(self) -> bool:
        """Whether an offer stays true for long: all cpu and memory are free, and nobody else can take them."""
        rest = self._rest(self._entered)
        is_whole = rest.cpu_milli >= self.total.cpu_milli and rest.memory_bytes >= self.total.memory_bytes
        return is_whole and not self._neighbours.are_there()

    def reserve(self, amounts: Resources) -> Reservation:
        """Enter a process that will run."""
        reservation = Reservation(self, amounts)
        self._entered.append(reservation)
        return reservation

    def enter_running(self, amounts: Resources, gpu_ids: Sequence[str]) -> Reservation:
        """Enter a process that an earlier run of this executor has started, with the GPUs that it has."""
        reservation = self.reserve(amounts)
        reservation.gpu_ids = tuple(gpu_ids)
        self._granted.append(reservation)
        self._publish()
        return reservation

    async def room(self) -> None:
        """Wait until another process can be taken on: a slot is free, and nobody waits for what was reserved."""
        while self.free.slots <= 0 or len(self._granted) < len(self._entered):
            await self._change.wait()

    async def grant(self, reservation: Reservation) -> None:
        """Wait for a reservation's turn, and until there is room for it beside what runs."""
        while reservation not in self._granted and not self._try(reservation):
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._change.wait()
        self._notify()

    def end(self, reservation: Reservation) -> None:
        """Strike a reservation out."""
        self._entered.remove(reservation)
        if reservation in self._granted:
            self._granted.remove(reservation)
            self._publish()
        self._notify()

    def _try(self, reservation: Reservation) -> bool:
        first = next(entry for entry in self._entered if entry not in self._granted)
        if first is not reservation:
            return False
        with self._neighbours.lock():
            gpu_ids = self._choose_gpus(reservation.amounts.gpus)
            rest = self._rest(self._granted)
            # What exceeds the machine runs alone on it: nothing else will ever make room.
            if gpu_ids is None or not (rest == self.total or rest.covers(reservation.amounts)):
                return False
            reservation.gpu_ids = gpu_ids
            self._granted.append(reservation)
            self._publish()
        return True

    def _rest(self, reservations: Sequence[Reservation]) -> Resources:
        cpu_milli, memory_bytes, gpu_ids = self._neighbours.held()
        others = Resources(cpu_milli, memory_bytes, 0, len(gpu_ids))
        return self.total - others - sum((reservation.amounts for reservation in reservations), NOTHING)

    def _choose_gpus(self, count: int) -> tuple[str, ...] | None:
        taken = {gpu for reservation in self._granted for gpu in reservation.gpu_ids}
        taken.update(self._neighbours.held().gpu_ids)
        free = [gpu for gpu in self._gpu_ids if gpu not in taken]
        return tuple(free[:count]) if len(free) >= count else None

    def _publish(self) -> None:
        held = sum((reservation.amounts for reservation in self._granted), NOTHING)
        gpu_ids = tuple(gpu for reservation in self._granted for gpu in reservation.gpu_ids)
        self._neighbours.publish(Held(held.cpu_milli, held.memory_bytes, gpu_ids))

    def _notify(self) -> None:
        self._change.set()
        self._change = asyncio.Event()
