"""The use of resources, drawn: a line for each with its course as blocks, its values, and what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from colonysdk.objects import Process
from colonysdk.units import format_bytes, format_duration, parse_cpu, parse_memory
from colonytui.processes.usage import Measure, usage_of
from colonytui.terminal.glyphs import Glyphs
from colonytui.terminal.tones import Cell, Tone

_FEWEST_CELLS, _MOST_CELLS = 8, 40
_GAP = "  "
_MOST_PARTS = 3
"""Peak, last value and total of a line; what comes later gives way first where there is little room."""
_TIGHT = 0.9
"""The share of a limit from which on its use is worth a second look."""


@dataclass(frozen=True)
class UsageLine:
    """One resource."""

    label: str
    cells: Sequence[Cell]


def usage_lines(process: Process, glyphs: Glyphs, width: int) -> list[UsageLine]:
    """A line for every resource that something is known of; `width` is what there is beside the labels, in cells."""
    usage = usage_of(process)
    if usage is None:
        return []
    conditions = process.spec.conditions
    rows = [
        _Row("cpu", usage.cpu_milli, _cores, _limit(conditions.cpu, parse_cpu), " cores", _processor_time),
        _Row("memory", usage.memory_bytes, _bytes, _limit(conditions.mem, parse_memory), "", _bytes),
        _Row("read", usage.read_bytes, _bytes, 0, "/s", _bytes),
        _Row("written", usage.written_bytes, _bytes, 0, "/s", _bytes),
    ]
    shown = [row for row in rows if row.measure.is_told]
    parts, cells = _division(shown, len(usage.seconds), width)
    lines = [UsageLine(row.label, row.cells(usage.seconds, parts, cells, glyphs)) for row in shown]
    if usage.seconds:
        sampled = f"{len(usage.seconds)} times within {format_duration(timedelta(seconds=usage.seconds[-1]))}"
        lines.append(UsageLine("sampled", [Cell(sampled, Tone.MUTED)]))
    return lines


def course(seconds: Sequence[float], values: Sequence[float], cells: int) -> list[float]:
    """Values for cells of equal time: the largest of each, or the one that the next sample stands for.

    A sample tells of the time since the one before, so a cell without samples shows the sample after it.
    """
    if not values or cells < 1:
        return []
    begin, span = seconds[0], seconds[-1] - seconds[0]
    largest: list[float | None] = [None] * cells
    for second, value in zip(seconds, values, strict=True):
        place = min(cells - 1, int(cells * (second - begin) / span)) if span > 0 else cells - 1
        largest[place] = max(value, largest[place] or 0.0)
    filled: list[float] = []
    following = values[-1]
    for mark in reversed(largest):
        if mark is not None:
            following = mark
        filled.append(following)
    return filled[::-1]


def blocks(values: Sequence[float], largest: float, signs: str) -> str:
    """One sign for each value, the last sign for the largest."""
    steps = len(signs) - 1
    return "".join(signs[min(steps, round(steps * value / largest)) if largest > 0 else 0] for value in values)


def _division(rows: Sequence[_Row], samples: int, width: int) -> tuple[int, int]:
    """How many parts of the texts fit beside a course of some length, and how many cells that has; 0 for none."""
    wanted = min(samples, _FEWEST_CELLS)
    for parts in range(_MOST_PARTS, 0, -1):
        space = width - len(_GAP) - max(len(row.text(parts)) for row in rows)
        if space >= wanted:
            return parts, min(samples, _MOST_CELLS, space)
    return _MOST_PARTS, 0


@dataclass(frozen=True)
class _Row:
    label: str
    measure: Measure
    shown: Callable[[float], str]
    limit: int
    """What the process asked for, in the measure's unit; 0 for nothing."""
    unit: str
    shown_total: Callable[[float], str]

    def text(self, parts: int) -> str:
        return ", ".join(list(self._parts())[:parts])

    def cells(self, seconds: Sequence[float], parts: int, cells: int, glyphs: Glyphs) -> list[Cell]:
        values = self.measure.values
        drawn = blocks(course(seconds, values, cells), max(values, default=0.0), glyphs.levels)
        is_tight = self.limit > 0 and (self.measure.peak or 0.0) >= _TIGHT * self.limit
        text = Cell(self.text(parts), Tone.WARN if is_tight else Tone.PLAIN)
        return [Cell(f"{drawn:<{cells}}{_GAP}", Tone.BUSY), text] if cells else [text]

    def _parts(self) -> Iterator[str]:
        measure = self.measure
        if measure.peak is not None:
            limit = f" of {self.shown(self.limit)}" if self.limit else ""
            yield f"peak {self.shown(measure.peak)}{limit}{self.unit}"
        if measure.last is not None:
            yield f"last {self.shown(measure.last)}{self.unit}"
        if measure.total is not None:
            yield f"{self.shown_total(measure.total)} in all"


def _processor_time(seconds: float) -> str:
    return format_duration(timedelta(seconds=seconds))


def _cores(milli: float) -> str:
    return f"{milli / 1000:.2f}".rstrip("0").rstrip(".")


def _bytes(size: float) -> str:
    return format_bytes(round(size))


def _limit(text: str, parse: Callable[[str], int]) -> int:
    try:
        return parse(text)
    except ValueError:
        return 0
