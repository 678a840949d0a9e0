"""Moments in tables: how long ago for people, exactly for programs."""

from datetime import UTC, datetime

from colonysdk.objects import Process, ProcessGraph, ProcessState
from colonysdk.units import format_age


def last_change(item: Process | ProcessGraph) -> datetime | None:
    """When a process or a workflow came into its state."""
    match item.state:
        case ProcessState.WAITING:
            return item.submission_time
        case ProcessState.RUNNING:
            return item.start_time
        case _:
            return item.end_time


def shown_moment(moment: datetime | None, *, is_terminal: bool) -> str:
    """Return "2m14s ago" for a terminal, else the moment in UTC; "" for never."""
    if moment is None:
        return ""
    return f"{format_age(moment)} ago" if is_terminal else exact_moment(moment)


def exact_moment(moment: datetime | None) -> str:
    """Return the moment in UTC to the millisecond, such as 2026-02-12T14:10:23.123Z; "" for never."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
