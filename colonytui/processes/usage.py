"""What the executor told about the resources that a program used, read from the process's attributes.

docs/guides/executors.md: totals and one series of samples, as texts. An executor may be anybody's, so what cannot be
read, or is larger than anything sensible, counts as not told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from colonysdk.objects import AttributeType, Process
from colonytui.processes.usage_series import Series, joined, read_series, sensible

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PART_NUMBER = re.compile(r"[0-9]{1,4}")
_MOST_PARTS = 64
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
    series = read_series(told["usage"]) if "usage" in told else joined(map(read_series, _parts(told, process)))
    usage = Usage(
        seconds=series.get("seconds", ()),
        cpu_milli=Measure(series.get("cpu", ()), total=_number(told.get("cpuseconds"))),
        memory_bytes=Measure(_scaled(series, "memory", _MIB), largest=_number(told.get("peakmemory"))),
        read_bytes=Measure(_scaled(series, "read", _KIB), total=_number(told.get("readbytes"))),
        written_bytes=Measure(_scaled(series, "written", _KIB), total=_number(told.get("writtenbytes"))),
    )
    measures = (usage.cpu_milli, usage.memory_bytes, usage.read_bytes, usage.written_bytes)
    return usage if any(measure.is_told for measure in measures) else None


def _parts(told: Mapping[str, str], process: Process) -> list[str]:
    """What was told while this run went on, in its order; earlier runs have told of themselves under other names."""
    if process.start_time is None:
        return []
    prefix = f"usage.{(process.start_time - _EPOCH) // timedelta(microseconds=1):x}."
    numbered = {
        int(number): value
        for key, value in told.items()
        if key.startswith(prefix) and _PART_NUMBER.fullmatch(number := key.removeprefix(prefix))
    }
    return [numbered[number] for number in sorted(numbered)[:_MOST_PARTS]]


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else sensible(float(text))
    except ValueError:
        return None


def _scaled(series: Series, name: str, unit: int) -> Sequence[float]:
    return [number * unit for number in series.get(name, ())]
