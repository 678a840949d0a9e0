"""What the executor told about the resources that a program used, read from the process's attributes.

docs/guides/executors.md: totals and one series of samples, as texts. An executor may be anybody's, so what cannot be
read, or is larger than anything sensible, counts as not told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from colonysdk.objects import AttributeType, Process

_LONGEST_SERIES = 20_000
"""Characters; a series of 64 samples has about 2,000."""
_MOST_SAMPLES = 512
_LARGEST = 1e15
_KIB, _MIB = 2**10, 2**20


@dataclass(frozen=True)
class Measure:
    """One quantity over time, and what is known of it beyond the samples."""

    values: Sequence[float] = ()
    """As many as there are sample times; empty when there is no series of it."""
    largest: float | None = None
    """The largest that was ever seen, which may lie between the samples that were kept."""
    total: float | None = None
    """What it adds up to; None when that was not told."""

    @property
    def last(self) -> float | None:
        """The last sample."""
        return self.values[-1] if self.values else None

    @property
    def peak(self) -> float | None:
        """The largest value known."""
        known = [value for value in (self.largest, max(self.values, default=None)) if value is not None]
        return max(known, default=None)

    @property
    def is_told(self) -> bool:
        """Whether it is known to be more than nothing."""
        return bool(self.peak or self.total)


@dataclass(frozen=True)
class Usage:
    """What a program used; the units are those of the fields."""

    seconds: Sequence[float]
    """When each sample was taken, from the program's start."""
    cpu_milli: Measure
    """Thousandths of a core; the total is in seconds of one core."""
    memory_bytes: Measure
    read_bytes: Measure
    """Per second; the total is in bytes."""
    written_bytes: Measure


def usage_of(process: Process) -> Usage | None:
    """What is known of a program's use of resources; None when its executor told nothing that can be read."""
    told = {
        attribute.key: attribute.value
        for attribute in process.attributes
        if attribute.attribute_type is AttributeType.OUT
    }
    series = _read_series(told.get("usage", ""))
    usage = Usage(
        seconds=series.get("seconds", ()),
        cpu_milli=Measure(series.get("cpu", ()), total=_number(told.get("cpuseconds"))),
        memory_bytes=Measure(_scaled(series, "memory", _MIB), largest=_number(told.get("peakmemory"))),
        read_bytes=Measure(_scaled(series, "read", _KIB), total=_number(told.get("readbytes"))),
        written_bytes=Measure(_scaled(series, "written", _KIB), total=_number(told.get("writtenbytes"))),
    )
    measures = (usage.cpu_milli, usage.memory_bytes, usage.read_bytes, usage.written_bytes)
    return usage if any(measure.is_told for measure in measures) else None


def _read_series(text: str) -> Mapping[str, Sequence[float]]:
    """The lists of a series, of one length; those that are not lists of numbers are left out."""
    lists = {name: numbers for name, value in _members(text).items() if (numbers := _numbers(value))}
    seconds = lists.get("seconds", ())
    if any(later < earlier for earlier, later in pairwise(seconds)):
        return {}
    return {name: numbers for name, numbers in lists.items() if len(numbers) == len(seconds)}


def _members(text: str) -> Mapping[str, Any]:
    if len(text) > _LONGEST_SERIES:
        return {}
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _numbers(value: Any) -> Sequence[float]:
    if not isinstance(value, list) or len(value) > _MOST_SAMPLES:
        return ()
    numbers = [_sensible(item) for item in value]
    known = [number for number in numbers if number is not None]
    return known if len(known) == len(numbers) else ()


def _scaled(series: Mapping[str, Sequence[float]], name: str, unit: int) -> Sequence[float]:
    return [number * unit for number in series.get(name, ())]


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else _sensible(float(text))
    except ValueError:
        return None


def _sensible(value: Any) -> float | None:
    """A number that an amount can be; differences that a counter's reset made negative count as nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST <= value <= _LARGEST:
        return None
    return max(0.0, float(value))
