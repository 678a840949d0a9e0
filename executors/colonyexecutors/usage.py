"""What a program uses: totals at its end, and a short series to draw, of which parts are told while it runs."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic

from colonyexecutors.errors import RuntimeUnavailable, StartFailed
from colonyexecutors.runtimes.base import Handle, Runtime
from colonyexecutors.usage_series import BEGINNING, Sample, series_text
from colonysdk.errors import ColonyError

_FIRST_SECONDS = 0.5
_INTERVAL_SECONDS = 2.0
_MOST_SAMPLES = 64
_FIRST_TOLD_SECONDS = 4.0
_MOST_TOLD = 8
"""Samples told at a time while the program runs."""


class UsageRecorder:
    """Samples a program; the longer it runs the further apart, so that a series never grows beyond 64 samples.

    While the program runs, `tell` gets a name and what was found since the last time, each time that it has run twice
    as long: servers keep an attribute as it was first added, so that there must be few. `attempt` is part of the names.
    """

    def __init__(self, runtime: Runtime, attempt: str, tell: Callable[[str, str], Awaitable[object]]) -> None:
        self._runtime = runtime
        self._attempt = attempt
        self._tell = tell
        self._tell_at = _FIRST_TOLD_SECONDS
        self._told = BEGINNING
        self._parts = 0
        self._samples: list[Sample] = []
        self._peak_bytes = 0
        self._interval = _INTERVAL_SECONDS

    async def record(self, handle: Handle) -> None:
        """Sample until cancelled; a look that fails is left out."""
        begin = monotonic()
        await asyncio.sleep(_FIRST_SECONDS)
        while True:
            with suppress(StartFailed, RuntimeUnavailable):
                self._add(Sample(monotonic() - begin, await self._runtime.usage(handle)))
            await self._tell_so_far()
            await asyncio.sleep(self._interval)

    def attributes(self) -> list[tuple[str, str]]:
        """What was found, as attributes of the process; nothing for a program that ended before the first look."""
        if not self._samples:
            return []
        last = self._samples[-1].usage
        return [
            ("cpuseconds", f"{last.cpu_seconds:.2f}"),
            ("peakmemory", str(self._peak_bytes)),
            ("readbytes", str(last.read_bytes)),
            ("writtenbytes", str(last.written_bytes)),
            ("usage", series_text(self._samples)),
        ]

    def _add(self, sample: Sample) -> None:
        self._samples.append(sample)
        self._peak_bytes = max(self._peak_bytes, sample.usage.memory_bytes)
        if len(self._samples) > _MOST_SAMPLES:
            del self._samples[1:-1:2]
            self._interval *= 2

    async def _tell_so_far(self) -> None:
        if not self._samples or self._samples[-1].seconds < self._tell_at:
            return
        told, self._told, self._tell_at = self._told, self._samples[-1], 2 * self._tell_at
        self._parts += 1
        untold = [sample for sample in self._samples if sample.seconds > told.seconds]
        step = -(-len(untold) // _MOST_TOLD)
        # What a server that is away is not told now, it is told at the end.
        with suppress(ColonyError):
            await self._tell(f"usage.{self._attempt}.{self._parts}", series_text(untold[::-step][::-1], told))
