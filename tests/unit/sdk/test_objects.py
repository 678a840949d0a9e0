"""Wire objects: times, zero time, names and omissions."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.errors import InvalidMessage
from colonysdk.objects import Attribute, AttributeType, Executor, Process, ProcessState, attribute_id
from colonysdk.objects.wire import ZERO_TIME, format_time, parse_time


class TestTimes:
    @pytest.mark.parametrize(
        "text", ["0001-01-01T00:00:00Z", "0001-01-01T01:12:12+01:12", "0001-01-01T00:00:00.000000001Z"]
    )
    def test_every_time_in_year_one_is_never(self, text: str) -> None:
        assert parse_time(text) is None

    @pytest.mark.parametrize(
        ("text", "microsecond"),
        [
            ("2026-02-12T14:10:23Z", 0),
            ("2026-02-12T15:10:23.5+01:00", 500_000),
            ("2026-02-12T14:10:23.123456789Z", 123_456),
            ("2026-02-12T09:10:23.000001-05:00", 1),
        ],
    )
    def test_offsets_and_fractions(self, text: str, microsecond: int) -> None:
        assert parse_time(text) == datetime(2026, 2, 12, 14, 10, 23, microsecond, tzinfo=UTC)

    def test_output_is_utc_with_trimmed_fractions(self) -> None:
        assert format_time(datetime(2026, 2, 12, 14, 10, 23, 123_400, tzinfo=UTC)) == "2026-02-12T14:10:23.1234Z"
        assert format_time(datetime(2026, 2, 12, 14, 10, 20, tzinfo=UTC)) == "2026-02-12T14:10:20Z"
        assert format_time(None) == ZERO_TIME

    @given(st.datetimes(min_value=datetime(2, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
    def test_what_is_written_is_read_again(self, moment: datetime) -> None:
        assert parse_time(format_time(moment)) == moment

    @pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z", "9999-12-31T23:59:59-23:59"])
    def test_what_is_no_time_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidMessage, match="starttime"):
            Process.from_json(json.dumps({"starttime": text}))


def test_a_new_process_reads_as_the_reference_writes_it() -> None:
    process = json.loads(Process(process_id="p").to_json())

    assert process["in"] == process["out"] == process["errors"] == process["parents"] == []
    assert process["starttime"] == ZERO_TIME
    assert process["spec"]["fs"] == {"mount": "", "snapshots": None, "dirs": None}
    assert "channels" not in process["spec"]
    assert "locationname" not in process["spec"]["conditions"]


def test_fields_that_are_left_out_when_empty() -> None:
    executor = Executor(executor_name="e", location_name="home")

    assert "locationname" in executor.to_wire()
    assert "blueprintid" not in executor.to_wire()
    assert "locationname" not in Executor().to_wire()


def test_final_states() -> None:
    assert [state for state in ProcessState if state.is_final] == [
        ProcessState.SUCCESS,
        ProcessState.FAILED,
        ProcessState.CANCELLED,
    ]


def test_an_attribute_has_one_id_per_process_key_and_type() -> None:
    first = attribute_id("p", "k", AttributeType.OUT)

    assert first == attribute_id("p", "k", AttributeType.OUT)
    assert first != attribute_id("p", "k", AttributeType.ENV)
    assert Attribute.from_json(b'{"attributetype":3}').attribute_type is AttributeType.ENV
