"""Executors that wait for a process, and who of them is told when one comes.

A process that can be taken is offered to one waiter that could take it. An offer is never lost: who gets another
process, fails or goes away passes it on to the next; who looks and finds nothing proves that it is gone.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple, Self

from colonyserver.requirements import Asker, Requirement


class Waiter:
    """One parked call; a context manager that ends the waiting and passes on what was offered."""

    def __init__(self, waiters: "Waiters", asker: Asker) -> None:
        self.asker = asker
        self.rotations = _rotations_of(asker)
        self._waiters = waiters
        self._offers: dict[str, Requirement] = {}
        self._followed: dict[str, Requirement] = {}
        self._is_woken = False
        self._signal: asyncio.Future[None] | None = None

    def __enter__(self) -> Self:
        self._waiters.add(self)
        return self

    def __exit__(self, *_error: object) -> None:
        self._waiters.remove(self)
        for process_id, requirement in (self._followed | self._offers).items():
            self._waiters.forget_offer(process_id)
            self._waiters.offer(process_id, requirement)

    @property
    def has_reason_to_look(self) -> bool:
        """Whether something was offered, or everybody woken, since the last look began."""
        return bool(self._offers) or self._is_woken

    def begin_look(self) -> None:
        """Follow the offers there are; what is offered from now on may be missed by this look."""
        self._followed |= self._offers
        self._offers = {}
        self._is_woken = False

    def found_nothing(self) -> None:
        """End a look in vain: somebody else has what was offered before it."""
        for process_id in self._followed.keys() - self._offers.keys():
            self._waiters.forget_offer(process_id)
        self._followed = {}

    async def wait(self, until: float) -> None:
        """Return when there is a reason to look, or at `until` in the event loop's time."""
        if self.has_reason_to_look:
            return
        loop = asyncio.get_running_loop()
        self._signal = loop.create_future()
        timer = loop.call_at(until, _resolve, self._signal)
        try:
            await self._signal
        finally:
            timer.cancel()
            self._signal = None

    def wake(self) -> None:
        """Let it look, whatever it was offered."""
        self._is_woken = True
        self._end_wait()

    def offer(self, process_id: str, requirement: Requirement) -> None:
        """Let it look for a process that it could take."""
        self._offers[process_id] = requirement
        self._end_wait()

    def withdraw(self, process_id: str) -> None:
        """Take an offer back, because the process is gone."""
        self._offers.pop(process_id, None)
        self._followed.pop(process_id, None)

    def _end_wait(self) -> None:
        if self._signal is not None:
            _resolve(self._signal)


class Waiters:
    """All parked calls of this server, in rotation."""

    def __init__(self) -> None:
        self.news = 0
        """Grows with everything that is offered, and whenever all are woken."""

        self._rotations: dict[_Rotation, OrderedDict[Waiter, None]] = {}
        self._holders: dict[str, Waiter] = {}

    def join(self, asker: Asker) -> Waiter:
        """A waiter for an asker; it takes part within its `with` block."""
        return Waiter(self, asker)

    def offer(self, process_id: str, requirement: Requirement) -> None:
        """Tell one waiter that could take the process: who was told before, or else preferably who was told nothing."""
        self.news += 1
        if not self._rotations:
            return
        holder = self._holders.get(process_id)
        if holder is not None:
            # It may have looked too early, or be about to find that somebody else was quicker.
            holder.offer(process_id, requirement)
            return
        chosen: Waiter | None = None
        for waiter in self._candidates(requirement):
            if not requirement.fits(waiter.asker):
                continue
            if not waiter.has_reason_to_look:
                chosen = waiter
                break
            chosen = chosen or waiter
        if chosen is None:
            return
        for rotation in chosen.rotations:
            self._rotations[rotation].move_to_end(chosen)
        self._holders[process_id] = chosen
        chosen.offer(process_id, requirement)

    def gone(self, process_id: str) -> None:
        """A process was taken: nobody need look for it any more."""
        holder = self._holders.pop(process_id, None)
        if holder is not None:
            holder.withdraw(process_id)

    def wake(self, colony_name: str | None = None) -> None:
        """Let every waiter look, or every one of a colony."""
        self.news += 1
        for waiter in self._all():
            if colony_name in (None, waiter.asker.colony_name):
                waiter.wake()

    def add(self, waiter: Waiter) -> None:
        """Let a waiter take part."""
        for rotation in waiter.rotations:
            self._rotations.setdefault(rotation, OrderedDict())[waiter] = None

    def remove(self, waiter: Waiter) -> None:
        """Let a waiter take part no more."""
        for rotation in waiter.rotations:
            waiters = self._rotations[rotation]
            del waiters[waiter]
            if not waiters:
                del self._rotations[rotation]

    def forget_offer(self, process_id: str) -> None:
        """Nobody holds an offer of this process any more."""
        self._holders.pop(process_id, None)

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> list[Waiter]:
        return [waiter for rotation, waiters in self._rotations.items() if rotation.is_general for waiter in waiters]

    def _candidates(self, requirement: Requirement) -> Iterator[Waiter]:
        colony_name, executor_type, targets, location_name, *_ = requirement
        if not targets:
            yield from self._rotations.get(_Rotation(colony_name, executor_type, location_name), ())
        for target in targets:
            yield from self._rotations.get(_Rotation(colony_name, executor_type, executor_name=target), ())


class _Rotation(NamedTuple):
    """Where waiters are looked up: by colony and type, narrowed by a location or a name."""

    colony_name: str
    executor_type: str
    location_name: str = ""
    executor_name: str = ""

    @property
    def is_general(self) -> bool:
        return not self.location_name and not self.executor_name


def _rotations_of(asker: Asker) -> list[_Rotation]:
    colony_name, executor_type, executor_name, _, location_name, *_ = asker
    rotations = [_Rotation(colony_name, executor_type)]
    if location_name:
        rotations.append(_Rotation(colony_name, executor_type, location_name))
    if executor_name:
        rotations.append(_Rotation(colony_name, executor_type, "", executor_name))
    return rotations


def _resolve(signal: "asyncio.Future[None]") -> None:
    if not signal.done():
        signal.set_result(None)
