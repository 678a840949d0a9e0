from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.units import (
    format_age,
    format_bytes,
    format_cpu,
    format_duration,
    format_memory,
    parse_cpu,
    parse_duration,
    parse_memory,
)

KI, MI, GI, TI = 1024, 1024**2, 1024**3, 1024**4


@pytest.mark.parametrize(
    ("text", "milli_cores"),
    [
        ("", 0),
        (" ", 0),
        ("500m", 500),
        ("5m", 5),
        ("0m", 0),
        ("2", 2000),
        ("0.5", 500),
        ("1.25", 1250),
        (" 2000m ", 2000),
    ],
)
def test_cpu_is_read_as_milli_cores(text: str, milli_cores: int) -> None:
    assert parse_cpu(text) == milli_cores


@pytest.mark.parametrize(
    "text", ["-1", "-500m", "2M", "m", "two", "1.5m", "0.0001", "1,5", "٣", "1 m", "9" * 5000, "nan", "1e3"]
)
def test_cpu_that_is_none_is_refused_with_the_accepted_form(text: str) -> None:
    with pytest.raises(ValueError, match="500m") as raised:
        parse_cpu(text)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [
        ("", 0),
        ("0", 0),
        ("10", 10),
        ("512B", 512),
        ("1Ki", KI),
        ("1KiB", KI),
        ("64Mi", 64 * MI),
        ("64MiB", 64 * MI),
        ("10Gi", 10 * GI),
        ("10GiB", 10 * GI),
        ("10Ti", 10 * TI),
        ("10TiB", 10 * TI),
        ("10K", 10_000),
        ("10KB", 10_000),
        ("10Kb", 10_000),
        ("10M", 10_000_000),
        ("10MB", 10_000_000),
        ("10Mb", 10_000_000),
        ("10G", 10_000_000_000),
        ("10GB", 10_000_000_000),
        ("10Gb", 10_000_000_000),
        ("10T", 10_000_000_000_000),
        ("10TB", 10_000_000_000_000),
        ("10Tb", 10_000_000_000_000),
        ("1.5Gi", 1536 * MI),
        ("64 MiB", 64 * MI),
        ("64mi", 64 * MI),
    ],
)
def test_memory_is_read_as_bytes(text: str, size_bytes: int) -> None:
    assert parse_memory(text) == size_bytes


@pytest.mark.parametrize(
    "text", ["-1Mi", "-64", "Mi", "64Xi", "ten", "64MiX", "1.2.3Gi", "9" * 5000, "9999999999Ti", "inf", "6 4Mi"]
)
def test_memory_that_is_none_is_refused_with_the_accepted_form(text: str) -> None:
    with pytest.raises(ValueError, match="64Mi") as raised:
        parse_memory(text)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("0", 0),
        ("1.5", 1.5),
        ("90s", 90),
        ("2m14s", 134),
        ("1h03m", 3780),
        ("3d04h", 273_600),
        ("500ms", 0.5),
        ("2m", 120),
    ],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "-1", "-5s", "5x", "s", "1m2h", "1.5h", "9" * 50, "999999d99999999h"])
def test_durations_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time span"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.35, "350ms"),
        (1, "1s"),
        (1.42, "1.4s"),
        (9.96, "10s"),
        (14, "14s"),
        (59.7, "1m00s"),
        (134, "2m14s"),
        (3780, "1h03m"),
        (3 * 86_400 + 4 * 3600 + 59, "3d04h"),
        (-4, "-4s"),
    ],
)
def test_durations_are_shown_in_their_two_largest_units(seconds: float, text: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == text


@given(st.integers(min_value=10, max_value=86_399))
def test_a_shown_duration_reads_back_as_itself_but_for_what_is_not_shown(seconds: int) -> None:
    read_back = parse_duration(format_duration(timedelta(seconds=seconds))).total_seconds()
    assert seconds - 60 < read_back <= seconds


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0Mi"),
        (64 * MI, "64Mi"),
        (10 * GI, "10Gi"),
        (2 * TI, "2048Gi"),
        (1536 * MI, "1536Mi"),
        (KI, "1Ki"),
        (1, "1Ki"),
        (1025, "2Ki"),
    ],
)
def test_memory_is_sent_in_units_that_every_server_reads(size_bytes: int, text: str) -> None:
    assert format_memory(size_bytes) == text


@given(st.integers(min_value=0, max_value=2**33))
def test_whole_kibibytes_survive_the_wire_form(kibibytes: int) -> None:
    assert parse_memory(format_memory(kibibytes * KI)) == kibibytes * KI


@given(st.integers(min_value=0, max_value=2**62))
def test_milli_cores_survive_the_wire_form(milli_cores: int) -> None:
    assert parse_cpu(format_cpu(milli_cores)) == milli_cores


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    for parse in (parse_cpu, parse_memory, parse_duration):
        try:
            amount = parse(text)
        except ValueError:
            continue
        assert amount >= type(amount)(0)  # type: ignore[operator]  # both sides are of one type


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (512, "512 B"),
        (1000, "0.977 KiB"),
        (1536, "1.5 KiB"),
        (64 * MI, "64 MiB"),
        (3 * TI, "3 TiB"),
        (2000 * TI, "2000 TiB"),
    ],
)
def test_sizes_are_shown_with_three_digits(size_bytes: int, text: str) -> None:
    assert format_bytes(size_bytes) == text


def test_ages_tick_in_whole_seconds() -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert format_age(now - timedelta(seconds=134.9), now) == "2m14s"
    assert format_age(now + timedelta(seconds=5), now) == "0s"
    assert format_age(None, now) == ""
