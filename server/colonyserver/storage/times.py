"""Moments: integers of Unix nanoseconds in the database, datetimes in UTC on the wire."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_datetime(nanoseconds: int | None) -> datetime | None:
    """The moment of a column, to the microsecond; None for the wire's zero time."""
    return None if nanoseconds is None else _EPOCH + nanoseconds // 1000 * _MICROSECOND


def to_nanoseconds(moment: datetime | None) -> int | None:
    """The column value of a moment."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND * 1000
