"""Cron expressions: fields, names for common ones, fixed intervals, and the time zone they are meant in.

wire: six fields, the seconds first; "@daily" and the like; "@every 1h30m"; "TZ=Area/City " or "CRON_TZ=Area/City "
before any of them. Where day of month and day of week are both restricted, either will do. Five fields are accepted
too and mean second 0.
"""

from datetime import datetime, tzinfo
from typing import Protocol

from cronsim import CronSim, CronSimError

from colonyserver.clock import NANOSECONDS
from colonyserver.errors import Invalid
from colonyserver.services.cron_fields import read_fields
from colonyserver.services.go_duration import parse_go_duration
from colonyserver.services.names import check_text
from colonyserver.time_zones import find_zone

_ZONE_PREFIXES = ("TZ=", "CRON_TZ=")
_EVERY = "@every "
_DESCRIPTORS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}


class Schedule(Protocol):
    """A rule that says when something happens next."""

    def after(self, moment: int) -> int:
        """The first time after a moment, both in Unix nanoseconds."""


def parse_expression(text: str, local_zone: tzinfo) -> Schedule:
    """Read a cron expression; `local_zone` is the zone of those that name none. Raises Invalid, naming the field."""
    check_text(text, "cron expression")
    rest, zone = text.strip(), local_zone
    if rest.startswith(_ZONE_PREFIXES):
        name, _, rest = rest.partition("=")[2].partition(" ")
        zone, rest = _zone(name), rest.strip()
    if rest.startswith(_EVERY):
        return _every(rest.removeprefix(_EVERY).strip())
    if rest.startswith("@") and rest not in _DESCRIPTORS:
        raise Invalid(f"cronexpression: {rest} is not known; there are {', '.join(_DESCRIPTORS)} and @every")
    fields = read_fields(_DESCRIPTORS.get(rest, rest))
    try:
        CronSim(fields.text, datetime(2000, 1, 1))  # noqa: DTZ001 - only to learn whether there is such a day
    except CronSimError:
        raise Invalid("cronexpression: there is no such day of month in these months") from None
    return _WallClock(fields.text, zone) if fields.has_fixed_hours else _Steady(fields.text, zone)


class Every:
    """Again and again after the same time."""

    def __init__(self, nanoseconds: int) -> None:
        self._nanoseconds = nanoseconds

    def after(self, moment: int) -> int:
        """The moment and one interval."""
        return moment + self._nanoseconds


class _WholeSeconds:
    """Another schedule, started from full seconds (wire: @every)."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def after(self, moment: int) -> int:
        return self._schedule.after(moment // NANOSECONDS * NANOSECONDS)


class _Steady:
    """Times that come every hour or so: real time counts, whatever the clocks on the wall do."""

    def __init__(self, fields: str, zone: tzinfo) -> None:
        self._fields = fields
        self._zone = zone

    def after(self, moment: int) -> int:
        start = datetime.fromtimestamp(moment // NANOSECONDS, self._zone)
        return _nanoseconds(next(CronSim(self._fields, start)))


class _WallClock:
    """Times at certain hours: once for every day on which they are due.

    What falls into an hour that the clocks skip happens as long after midnight as on other days; in an hour that comes
    twice, it happens the first time only.
    """

    def __init__(self, fields: str, zone: tzinfo) -> None:
        self._fields = fields
        self._zone = zone

    def after(self, moment: int) -> int:
        start = datetime.fromtimestamp(moment // NANOSECONDS, self._zone)
        times = CronSim(self._fields, start.replace(tzinfo=None))
        while True:
            found = _nanoseconds(next(times).replace(tzinfo=self._zone))
            if found > moment:
                return found


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * NANOSECONDS


def _every(duration: str) -> Schedule:
    try:
        nanoseconds = parse_go_duration(duration)
    except ValueError as error:
        raise Invalid(f"cronexpression: {error}") from None
    # wire: fractions of a second are dropped, and it is at least one.
    return _WholeSeconds(Every(max(nanoseconds // NANOSECONDS, 1) * NANOSECONDS))


def _zone(name: str) -> tzinfo:
    zone = find_zone(name)
    if zone is None:
        raise Invalid(f"cronexpression: time zone {name!r} is not known; use a name such as Europe/Stockholm")
    return zone
