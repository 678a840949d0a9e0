"""Durations as programs in Go write them, such as "1h30m" or "1.5s" (wire: @every)."""

import re
from decimal import Decimal

_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_LONGEST = 10**18
"""Nanoseconds; more would leave the range of times."""


def parse_go_duration(text: str) -> int:
    """The nanoseconds of a duration; raises ValueError for anything else, negative ones and more than 31 years."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f'"{text}" is not a duration such as 1h30m, 90s or 1.5h')
    nanoseconds = int(sum(Decimal(number) * _UNITS[unit] for number, unit in parts))
    if nanoseconds > _LONGEST:
        raise ValueError(f'"{text}" is too long a duration')
    return nanoseconds
