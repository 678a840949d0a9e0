"""Amounts of cpu, memory and time as people and the wire write them: parsing and formatting."""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

CPU_FORM = 'milli-cores such as "500m", or cores such as "2" or "0.5"'
MEMORY_FORM = 'a number with Ki, Mi, Gi, Ti, K, M, G or T (a "B" may follow), such as "64Mi" or "10GB", or plain bytes'
DURATION_FORM = 'seconds such as "90", or days to milliseconds such as "2m14s", "1h03m" or "500ms"'

MAX_AMOUNT = 2**63 - 1
"""The largest cpu or memory amount: what a signed 64-bit column and a Go int64 can hold."""

_CPU = re.compile(r"(?P<milli>[0-9]{1,19})m|(?P<cores>[0-9]{1,16}(\.[0-9]{1,3})?)")
_MEMORY = re.compile(r"(?P<number>[0-9]{1,19}(\.[0-9]{1,9})?) ?(?P<unit>[kmgt]i?)?b?", re.IGNORECASE)
_DURATION = re.compile(
    r"((?P<days>[0-9]{1,6})d)?((?P<hours>[0-9]{1,7})h)?((?P<minutes>[0-9]{1,9})m(?!s))?"
    r"((?P<seconds>[0-9]{1,10}(\.[0-9]{1,6})?)s)?((?P<milliseconds>[0-9]{1,13})ms)?"
)
_PLAIN_SECONDS = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?")
_MEMORY_UNITS = {
    "": 1,
    "k": 1000,
    "m": 1000**2,
    "g": 1000**3,
    "t": 1000**4,
    "ki": 1024,
    "mi": 1024**2,
    "gi": 1024**3,
    "ti": 1024**4,
}
_WIRE_MEMORY_UNITS = (("Gi", 1024**3), ("Mi", 1024**2), ("Ki", 1024))


def parse_cpu(text: str) -> int:
    """Return the milli-cores that `text` names; "" is 0.

    Raises ValueError with the accepted form for anything else, negative amounts included.
    """
    cleaned = text.strip()
    if not cleaned:
        return 0
    match = _CPU.fullmatch(cleaned)
    if match is None:
        raise ValueError(f'"{_shown(text)}" is not an amount of cpu: use {CPU_FORM}')
    milli_cores = int(match["milli"]) if match["milli"] else int(Decimal(match["cores"]) * 1000)
    return _bounded(milli_cores, text, CPU_FORM)


def parse_memory(text: str) -> int:
    """Return the bytes that `text` names, units in any case, fractions of a byte dropped; "" is 0.

    Raises ValueError with the accepted form for anything else, negative amounts included.
    """
    cleaned = text.strip()
    if not cleaned:
        return 0
    match = _MEMORY.fullmatch(cleaned)
    if match is None:
        raise ValueError(f'"{_shown(text)}" is not an amount of memory: use {MEMORY_FORM}')
    unit = _MEMORY_UNITS[(match["unit"] or "").lower()]
    amount = (Decimal(match["number"]) * unit).to_integral_value(rounding=ROUND_DOWN)
    return _bounded(int(amount), text, MEMORY_FORM)


def parse_duration(text: str) -> timedelta:
    """Return the time span that `text` names; a plain number is seconds.

    Raises ValueError with the accepted form for anything else, negative spans included.
    """
    cleaned = text.strip()
    if _PLAIN_SECONDS.fullmatch(cleaned):
        cleaned += "s"
    match = _DURATION.fullmatch(cleaned)
    if match is None or not cleaned:
        raise ValueError(f'"{_shown(text)}" is not a time span: use {DURATION_FORM}')
    try:
        return timedelta(**{unit: float(amount) for unit, amount in match.groupdict().items() if amount})
    except OverflowError:
        raise ValueError(f'"{_shown(text)}" is too long a time span') from None


def format_cpu(milli_cores: int) -> str:
    """Return the wire form of an amount of cpu: "500m"."""
    return f"{milli_cores}m"


def format_memory(size_bytes: int) -> str:
    """Return the wire form of an amount of memory in the largest of Ki, Mi and Gi that is exact: "64Mi".

    Sizes between two Ki are rounded up. The reference server reads no plain number and no Ti (wire: mem).
    """
    if size_bytes == 0:
        return "0Mi"
    for suffix, unit in _WIRE_MEMORY_UNITS:
        if size_bytes % unit == 0:
            return f"{size_bytes // unit}{suffix}"
    return f"{-(-size_bytes // 1024)}Ki"


def format_bytes(size_bytes: int) -> str:
    """Return a size for people, three digits in binary units: "512 B", "1.5 KiB", "64 MiB"."""
    amount = float(size_bytes)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(amount) < 999.5:
            return f"{amount:.3g} {unit}"
        amount /= 1024
    return f"{amount:.3g} TiB" if abs(amount) < 999.5 else f"{amount:.0f} TiB"


def format_duration(span: timedelta) -> str:
    """Return a time span for people in its two largest units: "350ms", "1.4s", "14s", "2m14s", "1h03m", "3d04h"."""
    if span < timedelta(0):
        return "-" + format_duration(-span)
    seconds = span.total_seconds()
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}ms" if seconds >= 0.0005 else "0s"
    if seconds < 9.95:
        return f"{seconds:.1f}".removesuffix(".0") + "s"
    return _whole_seconds(round(seconds))


def format_age(since: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago `since` was, in whole seconds so that it ticks evenly: "4s", "2m14s"; "" for never.

    `now` is the present by default; a moment that lies in the future counts as "0s".
    """
    if since is None:
        return ""
    elapsed = (now or datetime.now(UTC)) - since
    return _whole_seconds(max(0, int(elapsed.total_seconds())))


def _whole_seconds(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d{hours:02}h"
    if hours:
        return f"{hours}h{minutes:02}m"
    if minutes:
        return f"{minutes}m{seconds:02}s"
    return f"{seconds}s"


def _bounded(amount: int, text: str, form: str) -> int:
    if amount > MAX_AMOUNT:
        raise ValueError(f'"{_shown(text)}" is more than can be counted: use {form}')
    return amount


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
