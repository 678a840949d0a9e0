"""One action on many objects: a bounded number at a time, a result for each, and a way to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from colonysdk.errors import ColonyError
from colonytui.processes.names import short_id

PROCESS_ID_LENGTH = 64
IN_FLIGHT = 8
"""How many requests of a bulk action are under way at the same time."""


class Outcome(Enum):
    """What became of one object; the value is the word shown."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "not tried"


@dataclass(frozen=True)
class BulkResult:
    """The result for one object."""

    id: str
    outcome: Outcome
    message: str = ""
    """What the action gave, such as a new id, or what the server said."""

    @property
    def name(self) -> str:
        """The object as people call it: a process by the short form of its id, an executor by its name."""
        return short_id(self.id) if len(self.id) == PROCESS_ID_LENGTH else self.id


class BulkRun:
    """Carries out one action on many objects, once."""

    def __init__(
        self, ids: Sequence[str], act: Callable[[str], Awaitable[str]], on_progress: Callable[[], None] = lambda: None
    ) -> None:
        self.ids = ids
        self.results: dict[str, BulkResult] = {}
        self._act = act
        self._on_progress = on_progress
        self._stopped = False

    def stop(self) -> None:
        """Start no more; those under way come to their end."""
        self._stopped = True

    async def run(self) -> Sequence[BulkResult]:
        """Act on every object and return the results in the order of the ids."""
        waiting = iter(self.ids)
        await asyncio.gather(*(self._work(waiting) for _ in range(min(IN_FLIGHT, len(self.ids)))))
        return [self.results[object_id] for object_id in self.ids]

    def count(self, outcome: Outcome) -> int:
        """How many objects have this outcome so far."""
        return sum(result.outcome is outcome for result in self.results.values())

    async def _work(self, waiting: Iterator[str]) -> None:
        for object_id in waiting:
            self.results[object_id] = await self._result(object_id)
            self._on_progress()

    async def _result(self, object_id: str) -> BulkResult:
        if self._stopped:
            return BulkResult(object_id, Outcome.STOPPED)
        try:
            return BulkResult(object_id, Outcome.DONE, await self._act(object_id))
        except ColonyError as error:
            return BulkResult(object_id, Outcome.FAILED, str(error))
