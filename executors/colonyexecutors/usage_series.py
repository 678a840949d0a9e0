"""Looks at a program over time as a short text."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from colonyexecutors.runtimes.base import Usage

_KIB, _MIB = 2**10, 2**20


@dataclass(frozen=True)
class Sample:
    """One look at a program, `seconds` after the first."""

    seconds: float
    usage: Usage


BEGINNING = Sample(0.0, Usage(0.0, 0))
"""Before the first look."""


def series_text(samples: Sequence[Sample], before: Sample = BEGINNING) -> str:
    """JSON of equally long lists: seconds, MiB of memory, and since the sample before the thousandths of a core and the
    KiB read and written a second; `before` is the sample before the first."""
    marks = [before, *samples]
    series = {
        "seconds": [round(sample.seconds, 1) for sample in samples],
        "cpu": _rates(marks, lambda usage: usage.cpu_seconds * 1000),
        "memory": [round(sample.usage.memory_bytes / _MIB, 1) for sample in samples],
        "read": _rates(marks, lambda usage: usage.read_bytes / _KIB),
        "written": _rates(marks, lambda usage: usage.written_bytes / _KIB),
    }
    return json.dumps(series, separators=(",", ":"))


def _rates(marks: Sequence[Sample], amount: Callable[[Usage], float]) -> list[int]:
    """How much was added a second, between each two."""
    return [
        round((amount(after.usage) - amount(before.usage)) / max(after.seconds - before.seconds, 0.001))
        for before, after in pairwise(marks)
    ]
