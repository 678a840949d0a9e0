from datetime import UTC, datetime, timedelta

import pytest

from colonytui.commands.entered_moments import entered_moment, entered_nanoseconds
from colonytui.commands.errors import Misuse

NOW = datetime(2026, 2, 12, 14, 10, 23, tzinfo=UTC)
NOW_NANOSECONDS = 1_770_905_423 * 10**9


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2h", NOW - timedelta(hours=2)),
        (" 1h30m ", NOW - timedelta(minutes=90)),
        ("3d", NOW - timedelta(days=3)),
        ("2026-02-12T14:10:23.5Z", NOW + timedelta(milliseconds=500)),
        ("2026-02-12T16:10:23+02:00", NOW),
        ("2026-02-12 14:10:23", NOW),
        ("2026-02-12", NOW.replace(hour=0, minute=0, second=0)),
        (f"{NOW_NANOSECONDS}", NOW),
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_spans_moments_and_nanoseconds(text: str, moment: datetime) -> None:
    assert entered_moment(text, NOW) == moment


def test_nanoseconds_lose_nothing() -> None:
    assert entered_nanoseconds(f"{NOW_NANOSECONDS + 1}", NOW) == NOW_NANOSECONDS + 1
    assert entered_nanoseconds("0s", NOW) == NOW_NANOSECONDS


def test_nothing_is_no_moment() -> None:
    assert entered_moment("", NOW) is None


@pytest.mark.parametrize(
    "text", ["yesterday", "2x", "-2h", "99999999d", "2026-02-30", "1969-12-31", "9" * 19, "9" * 30, "\x00", "2²", "Z"]
)
def test_everything_else_is_wrong_usage(text: str) -> None:
    with pytest.raises(Misuse, match=r"is not a moment|is before 1970"):
        entered_nanoseconds(text, NOW)
