"""The series of samples in attributes, which may be anybody's: what cannot be read counts as not told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

_LONGEST_TEXT = 20_000
"""Characters; a series of 64 samples has about 2,000."""
_MOST_SAMPLES = 512
_LARGEST = 1e15

Series = Mapping[str, Sequence[float]]
"""Lists of one length by their names; "seconds" are the times of the samples, in their order."""


def read_series(text: str) -> Series:
    """The lists of a series; those that are not lists of as many numbers as there are times are left out."""
    lists = {name: numbers for name, value in _members(text).items() if (numbers := _numbers(value))}
    seconds = lists.get("seconds", ())
    if any(later < earlier for earlier, later in pairwise(seconds)):
        return {}
    return {name: numbers for name, numbers in lists.items() if len(numbers) == len(seconds)}


def joined(parts: Iterable[Series]) -> Series:
    """Parts of one series, one after the other; a part that tells of times told before is left out."""
    whole: dict[str, list[float]] = {}
    for part in parts:
        seconds = part.get("seconds", ())
        if not seconds or len(seconds) + len(whole.get("seconds", ())) > _MOST_SAMPLES:
            continue
        if whole and (seconds[0] <= whole["seconds"][-1] or part.keys() != whole.keys()):
            continue
        for name, numbers in part.items():
            whole.setdefault(name, []).extend(numbers)
    return whole


def sensible(value: Any) -> float | None:
    """A number that an amount can be; differences that a counter's reset made negative count as nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST <= value <= _LARGEST:
        return None
    return max(0.0, float(value))


def _members(text: str) -> Mapping[str, Any]:
    if len(text) > _LONGEST_TEXT:
        return {}
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _numbers(value: Any) -> Sequence[float]:
    if not isinstance(value, list) or len(value) > _MOST_SAMPLES:
        return ()
    numbers = [sensible(item) for item in value]
    known = [number for number in numbers if number is not None]
    return known if len(known) == len(numbers) else ()
