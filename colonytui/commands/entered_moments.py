"""Moments as people type them in options such as --since."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from colonysdk.units import parse_duration
from colonytui.commands.errors import Misuse

MOMENT_FORM = 'a time span before now such as "2h", a moment such as "2026-02-12T14:10:23Z", or Unix nanoseconds'

_NANOSECONDS = re.compile(r"[0-9]{1,18}|[1-8][0-9]{18}")
"""wire: 64 bits, with a sign."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def entered_moment(text: str, now: datetime) -> datetime | None:
    """Return the moment that an option names, None for ""; raises Misuse as `entered_nanoseconds` does."""
    return _EPOCH + timedelta(microseconds=entered_nanoseconds(text, now) // 1000) if text else None


def entered_nanoseconds(text: str, now: datetime) -> int:
    """Return the Unix nanoseconds of a time span before now, of a moment (UTC unless it says otherwise), or themselves.

    Plain numbers are nanoseconds, as in the reference's `log get --since`. Raises Misuse for anything else, and for
    moments before 1970.
    """
    text = text.strip()
    if _NANOSECONDS.fullmatch(text):
        return int(text)
    try:
        moment = _moment(text, now)
    except (ValueError, OverflowError):
        raise Misuse(f'"{text[:80]}" is not a moment: use {MOMENT_FORM}') from None
    if moment < _EPOCH:
        raise Misuse(f'"{text[:80]}" is before 1970')
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000


def _moment(text: str, now: datetime) -> datetime:
    if text[-1:].isalpha() and text[-1:] != "Z":
        return now - parse_duration(text)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
