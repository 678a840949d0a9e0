"""What a program used while it ran: totals, and a short series to draw."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from colonyexecutors.errors import RuntimeUnavailable, StartFailed
from colonyexecutors.runtimes.base import Handle, Runtime, Usage

_FIRST_SECONDS = 0.5
_INTERVAL_SECONDS = 2.0
_MOST_SAMPLES = 64
_KIB, _MIB = 2**10, 2**20


@dataclass(frozen=True)
class Sample:
    """One look at a program, `seconds` after the first."""

    seconds: float
    usage: Usage


class UsageRecorder:
    """Samples a program; the longer it runs the further apart, so that a series never grows beyond 64 samples."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._samples: list[Sample] = []
        self._peak_bytes = 0
        self._interval = _INTERVAL_SECONDS

    async def record(self, handle: Handle) -> None:
        """Sample until cancelled; a look that fails is left out."""
        begin = time.monotonic()
        await asyncio.sleep(_FIRST_SECONDS)
        while True:
            with suppress(StartFailed, RuntimeUnavailable):
                self._add(Sample(time.monotonic() - begin, await self._runtime.usage(handle)))
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
            ("usage", self._series()),
        ]

    def _add(self, sample: Sample) -> None:
        self._samples.append(sample)
        self._peak_bytes = max(self._peak_bytes, sample.usage.memory_bytes)
        if len(self._samples) > _MOST_SAMPLES:
            del self._samples[1:-1:2]
            self._interval *= 2

    def _series(self) -> str:
        """JSON of equally long lists: seconds, MiB of memory, and since the sample before the thousandths of a core and
        the KiB read and written a second."""
        series = {
            "seconds": [round(sample.seconds, 1) for sample in self._samples],
            "cpu": self._rates(lambda usage: usage.cpu_seconds * 1000),
            "memory": [round(sample.usage.memory_bytes / _MIB, 1) for sample in self._samples],
            "read": self._rates(lambda usage: usage.read_bytes / _KIB),
            "written": self._rates(lambda usage: usage.written_bytes / _KIB),
        }
        return json.dumps(series, separators=(",", ":"))

    def _rates(self, amount: Callable[[Usage], float]) -> list[int]:
        """How much was added a second, before the first sample and between each two."""
        marks = [(0.0, 0.0), *((sample.seconds, amount(sample.usage)) for sample in self._samples)]
        return [round((after - before) / max(end - begin, 0.001)) for (begin, before), (end, after) in pairwise(marks)]
