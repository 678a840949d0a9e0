"""Cron expressions: which are read, what is said of the others, and when they come due."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonyserver.clock import NANOSECONDS
from colonyserver.errors import Invalid
from colonyserver.services.cron_expression import parse_expression

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def times(expression: str, start: str, count: int = 1, zone: str = "UTC") -> list[str]:
    """The next times after a start, both in the given zone, without its offset."""
    schedule = parse_expression(expression, UTC)
    moment = int(datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).timestamp()) * NANOSECONDS
    found = []
    for _ in range(count):
        moment = schedule.after(moment)
        assert moment % NANOSECONDS == 0
        found.append(datetime.fromtimestamp(moment // NANOSECONDS, ZoneInfo(zone)).strftime("%m-%d %H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("*/2 * * * * *", ["01-01 00:00:02", "01-01 00:00:04", "01-01 00:00:06"]),
        ("5,10-12 * * * * ?", ["01-01 00:00:05", "01-01 00:00:10", "01-01 00:00:11"]),
        ("50/4 * * * * *", ["01-01 00:00:50", "01-01 00:00:54", "01-01 00:00:58"]),
        ("0 1-59/20 * * * *", ["01-01 00:01:00", "01-01 00:21:00", "01-01 00:41:00"]),
        ("0 30 8 * feb,MAR *", ["02-01 08:30:00", "02-02 08:30:00", "02-03 08:30:00"]),
        ("0 0 12 ? * Mon-Tue", ["01-05 12:00:00", "01-06 12:00:00", "01-12 12:00:00"]),
        ("*/15 * * * *", ["01-01 00:15:00", "01-01 00:30:00", "01-01 00:45:00"]),
        ("@hourly", ["01-01 01:00:00", "01-01 02:00:00", "01-01 03:00:00"]),
        ("@daily", ["01-02 00:00:00", "01-03 00:00:00", "01-04 00:00:00"]),
        ("@midnight", ["01-02 00:00:00", "01-03 00:00:00", "01-04 00:00:00"]),
        ("@weekly", ["01-04 00:00:00", "01-11 00:00:00", "01-18 00:00:00"]),
        ("@monthly", ["02-01 00:00:00", "03-01 00:00:00", "04-01 00:00:00"]),
        ("@yearly", ["01-01 00:00:00"] * 3),
        ("@annually", ["01-01 00:00:00"] * 3),
        ("@every 1h30m10s", ["01-01 01:30:10", "01-01 03:00:20", "01-01 04:30:30"]),
        ("@every 1.5s", ["01-01 00:00:01", "01-01 00:00:02", "01-01 00:00:03"]),
        ("@every 10ms", ["01-01 00:00:01", "01-01 00:00:02", "01-01 00:00:03"]),
        ("TZ=Asia/Tokyo 0 0 9 * * *", ["01-02 00:00:00", "01-03 00:00:00", "01-04 00:00:00"]),
        ("CRON_TZ=Asia/Tokyo @daily", ["01-01 15:00:00", "01-02 15:00:00", "01-03 15:00:00"]),
    ],
)
def test_what_is_read(expression: str, expected: list[str]) -> None:
    # New Year of 2026 is a Thursday.
    assert times(expression, "2026-01-01 00:00:00", 3) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 0 0 5 * 1", ["01-05 00:00:00", "01-12 00:00:00", "01-19 00:00:00"]),
        ("0 0 0 10 * MON", ["01-05 00:00:00", "01-10 00:00:00", "01-12 00:00:00"]),
        ("0 0 0 */10 * MON", ["01-05 00:00:00", "01-11 00:00:00", "01-12 00:00:00"]),
        ("0 0 0 10,* * MON", ["01-05 00:00:00", "01-12 00:00:00", "01-19 00:00:00"]),
        ("0 0 0 10 * *", ["01-10 00:00:00", "02-10 00:00:00", "03-10 00:00:00"]),
        ("0 0 0 * * 5/1", ["01-02 00:00:00", "01-03 00:00:00", "01-09 00:00:00"]),
    ],
)
def test_either_kind_of_day_will_do(expression: str, expected: list[str]) -> None:
    assert times(expression, "2026-01-01 00:00:00", 3) == expected


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", "six fields"),
        ("* * * *", "six fields"),
        ("* * * * * * *", "six fields"),
        ("60 * * * * *", "second: it goes from 0 to 59"),
        ("* 61 * * * *", "minute: it goes from 0 to 59"),
        ("* * 24 * * *", "hour: it goes from 0 to 23"),
        ("* * * 0 * *", "day of month: it goes from 1 to 31"),
        ("* * * * 13 *", "month: it goes from 1 to 12"),
        ("* * * * * 7", "day of week: it goes from 0 to 6"),
        ("* * * * * 1L", "day of week: use numbers"),
        ("* * * L * *", "day of month: use numbers"),
        ("5-1 * * * * *", "second: a range goes upwards"),
        ("*/0 * * * * *", "second: a step is at least 1"),
        ("*/x * * * * *", "second: use numbers"),
        ("1,,2 * * * * *", "second: use numbers"),
        ("-1 * * * * *", "second: use numbers"),
        ("٣ * * * * *", "second: use numbers"),
        ("0 0 0 31 4,6 *", "no such day of month"),
        ("0 0 0 30 2 *", "no such day of month"),
        ("@sometimes", "@sometimes is not known"),
        ("@every", "@every is not known"),
        ("@every soon", "is not a duration"),
        ("@every -1h", "is not a duration"),
        ("@every 1", "is not a duration"),
        ("@every 9999999h", "too long"),
        ("TZ=Mars/Olympus * * * * * *", "time zone 'Mars/Olympus' is not known"),
        ("TZ=../../etc/passwd * * * * * *", "is not known"),
        ("TZ=Europe * * * * * *", "is not known"),
        ("TZ=UTC", "six fields"),
        ("1" * 300 + " * * * * *", "longer than 255"),
        ("* *\x00* * * *", "cannot be shown"),
    ],
)
def test_what_is_refused(expression: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        parse_expression(expression, UTC)


class TestDaylightSaving:
    """In Stockholm the clocks went from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October."""

    def test_a_skipped_hour_is_made_up_for(self) -> None:
        found = times("TZ=Europe/Stockholm 0 30 2 * * *", "2026-03-28 12:00:00", 2, "Europe/Stockholm")
        assert found == ["03-29 03:30:00", "03-30 02:30:00"]

    def test_a_repeated_hour_counts_once(self) -> None:
        found = times("TZ=Europe/Stockholm 0 30 2 * * *", "2026-10-24 12:00:00", 2, "Europe/Stockholm")
        assert found == ["10-25 02:30:00", "10-26 02:30:00"]

    def test_after_the_first_of_two_equal_hours(self) -> None:
        schedule = parse_expression("TZ=Europe/Stockholm 0 30 2 * * *", UTC)
        second_pass = datetime(2026, 10, 25, 2, 10, tzinfo=STOCKHOLM, fold=1)
        found = schedule.after(int(second_pass.timestamp()) * NANOSECONDS)
        assert datetime.fromtimestamp(found // NANOSECONDS, STOCKHOLM).isoformat() == "2026-10-26T02:30:00+01:00"

    def test_what_comes_all_the_time_goes_on(self) -> None:
        found = times("TZ=Europe/Stockholm 0 */30 * * * *", "2026-10-24 23:45:00", 4)
        assert found == ["10-25 00:00:00", "10-25 00:30:00", "10-25 01:00:00", "10-25 01:30:00"]

    def test_midnight_that_does_not_exist(self) -> None:
        found = times("TZ=Africa/Cairo @daily", "2026-04-23 12:00:00", 2, "Africa/Cairo")
        assert found == ["04-24 01:00:00", "04-25 00:00:00"]


_numbers = st.integers(0, 59)
_seconds = st.one_of(st.just("*"), _numbers.map(str), _numbers.map(lambda step: f"*/{step + 1}"))


@given(_seconds, _seconds, st.sampled_from(["*", "*/3", "2", "1-3"]), st.integers(1_600_000_000, 2_000_000_000))
def test_every_time_is_later_than_its_start_and_matches(second: str, minute: str, hour: str, start: int) -> None:
    schedule = parse_expression(f"TZ=Europe/Stockholm {second} {minute} {hour} * * *", UTC)
    found = schedule.after(start * NANOSECONDS + 5)
    assert found > start * NANOSECONDS
    local = datetime.fromtimestamp(found // NANOSECONDS, STOCKHOLM)
    assert _matches(second, local.second)
    assert _matches(minute, local.minute)


def _matches(field: str, number: int) -> bool:
    step = field.removeprefix("*/")
    return field == "*" or (number % int(step) == 0 if field != step else number == int(field))
