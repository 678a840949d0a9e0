"""What programs used: read from attributes that anybody may have written, and drawn."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.objects import Attribute, AttributeType, Conditions, FunctionSpec, Process
from colonytui.processes.usage import usage_of
from colonytui.processes.usage_lines import blocks, course, usage_lines
from colonytui.terminal.glyphs import ASCII, UNICODE, Glyphs
from colonytui.terminal.tones import Tone

SERIES: dict[str, list[float]] = {
    "seconds": [0.5, 2.5, 4.5, 6.5],
    "cpu": [100, 1800, 900, 0],
    "memory": [1.0, 256.0, 480.5, 400.0],
    "read": [0, 3072, 0, 0],
    "written": [0, 0, 0, 0],
}
TOTALS = {"cpuseconds": "5.60", "peakmemory": str(500 * 2**20), "readbytes": str(6 * 2**20), "writtenbytes": "0"}


def process(*, cpu: str = "", mem: str = "", **told: str) -> Process:
    return Process(
        spec=FunctionSpec(func_name="execute", conditions=Conditions(cpu=cpu, mem=mem)),
        attributes=[Attribute(key=key, value=value, attribute_type=AttributeType.OUT) for key, value in told.items()],
    )


def drawn(shown: Process, width: int = 80, glyphs: Glyphs = UNICODE) -> dict[str, str]:
    lines = usage_lines(shown, glyphs, width)
    return {line.label: "".join(cell.text for cell in line.cells) for line in lines}


class TestReading:
    def test_units(self) -> None:
        usage = usage_of(process(usage=json.dumps(SERIES), **TOTALS))
        assert usage is not None
        assert usage.seconds == [0.5, 2.5, 4.5, 6.5]
        assert (usage.cpu_milli.last, usage.cpu_milli.peak, usage.cpu_milli.total) == (0, 1800, 5.6)
        assert (usage.memory_bytes.last, usage.memory_bytes.peak) == (400 * 2**20, 500 * 2**20)
        assert (usage.read_bytes.peak, usage.read_bytes.total) == (3 * 2**20, 6 * 2**20)
        assert not usage.written_bytes.is_told

    def test_nothing_is_told(self) -> None:
        assert usage_of(process()) is None
        assert usage_of(process(exitcode="0")) is None

    def test_what_the_user_gave_is_no_usage(self) -> None:
        shown = process()
        shown.attributes = [Attribute(key="cpuseconds", value="4", attribute_type=AttributeType.ENV)]
        assert usage_of(shown) is None

    def test_totals_without_a_series(self) -> None:
        usage = usage_of(process(**TOTALS))
        assert usage is not None
        assert (usage.seconds, usage.cpu_milli.values, usage.memory_bytes.peak) == ((), (), 500 * 2**20)

    def test_an_older_series_tells_less(self) -> None:
        known = {name: SERIES[name] for name in ("seconds", "cpu", "memory")}
        usage = usage_of(process(usage=json.dumps(known)))
        assert usage is not None
        assert usage.cpu_milli.peak == 1800
        assert usage.read_bytes.values == []

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "nothing",
            "[1]",
            "[" * 5000,
            '{"seconds": [1], "cpu": [NaN]}',
            '{"seconds": [1], "cpu": [1e400]}',
            '{"seconds": [1], "cpu": [true]}',
            '{"seconds": [1], "cpu": "1"}',
            '{"seconds": [1, 2], "cpu": [1]}',
            '{"seconds": [2, 1], "cpu": [1, 1]}',
            '{"cpu": [1]}',
            json.dumps({"seconds": list(range(600)), "cpu": [1] * 600}),
            json.dumps({"seconds": [1], "cpu": [1], "more": "x" * 20_000}),
        ],
        ids=lambda text: text[:40],
    )
    def test_what_cannot_be_read_is_not_told(self, text: str) -> None:
        assert usage_of(process(usage=text)) is None

    @pytest.mark.parametrize("text", ["", "much", "nan", "inf", "1e300"])
    def test_totals_that_cannot_be_read_are_not_told(self, text: str) -> None:
        assert usage_of(process(cpuseconds=text, peakmemory=text)) is None

    def test_amounts_are_never_negative(self) -> None:
        usage = usage_of(process(usage='{"seconds": [1, 2], "cpu": [-5, 7]}'))
        assert usage is not None
        assert usage.cpu_milli.values == [0, 7]

    @given(
        st.dictionaries(
            st.sampled_from(sorted(SERIES)),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=4)
            ),
        )
    )
    def test_nothing_breaks_the_picture(self, series: dict[str, Any]) -> None:
        shown = process(usage=json.dumps(series), peakmemory="5")
        for width in (10, 45, 100):
            assert "peak" in drawn(shown, width)["memory"]


class TestWhileItRuns:
    START = datetime(2026, 2, 12, 12, 38, 53, 5, tzinfo=UTC)
    ATTEMPT = "64a9fc5707145"

    def running(self, **parts: dict[str, list[float]]) -> Process:
        shown = process(**{key: json.dumps(part) for key, part in parts.items()})
        shown.start_time = self.START
        return shown

    def told(self, *numbers: int, attempt: str = ATTEMPT) -> dict[str, dict[str, list[float]]]:
        return {
            f"usage.{attempt}.{number}": {"seconds": [number, number + 0.5], "cpu": [100 * number, 0]}
            for number in numbers
        }

    def test_parts_are_joined_in_their_order(self) -> None:
        usage = usage_of(self.running(**self.told(10, 2, 1)))
        assert usage is not None
        assert usage.seconds == [1, 1.5, 2, 2.5, 10, 10.5]
        assert usage.cpu_milli.values == [100, 0, 200, 0, 1000, 0]

    def test_earlier_runs_are_left_out(self) -> None:
        usage = usage_of(self.running(**self.told(1), **self.told(2, attempt="64a9fc5707144")))
        assert usage is not None
        assert usage.seconds == [1, 1.5]

    def test_the_whole_series_counts_at_the_end(self) -> None:
        usage = usage_of(self.running(**self.told(1, 2) | {"usage": {"seconds": [7.0], "cpu": [5.0]}}))
        assert usage is not None
        assert usage.seconds == [7]

    def test_a_recorder_that_began_anew_does_not_turn_time_back(self) -> None:
        parts = self.told(1, 5)
        parts[f"usage.{self.ATTEMPT}.6"] = {"seconds": [2], "cpu": [7]}
        usage = usage_of(self.running(**parts))
        assert usage is not None
        assert usage.seconds == [1, 1.5, 5, 5.5]

    def test_names_that_are_no_parts(self) -> None:
        names = [f"usage.{self.ATTEMPT}.{end}" for end in ("", "x", "-1", "1.5", "10000")]
        assert usage_of(self.running(**{name: {"seconds": [1.0], "cpu": [1.0]} for name in names})) is None


class TestDrawing:
    def test_every_resource_with_its_limit(self) -> None:
        shown = process(cpu="2000m", mem="1Gi", usage=json.dumps(SERIES), **TOTALS)
        assert drawn(shown) == {
            "cpu": "▁█▅▁  peak 1.8 of 2 cores, last 0 cores, 5.6s in all",
            "memory": "▁▅█▇  peak 500 MiB of 1 GiB, last 400 MiB",
            "read": "▁█▁▁  peak 3 MiB/s, last 0 B/s, 6 MiB in all",
            "sampled": "4 times within 6.5s",
        }

    def test_ascii(self) -> None:
        assert drawn(process(usage=json.dumps(SERIES)), glyphs=ASCII)["memory"].startswith("_=#*  ")

    def test_courses_end_at_one_column(self) -> None:
        shown = process(
            usage=json.dumps({name: values * 40 for name, values in SERIES.items()} | {"seconds": list(range(160))})
        )
        for width in (80, 60, 45):
            lines = {label: text for label, text in drawn(shown, width).items() if label != "sampled"}
            assert len({text.index("  peak") for text in lines.values()}) == 1
            assert max(map(len, lines.values())) <= width

    def test_texts_give_way_in_narrow_terminals(self) -> None:
        shown = process(cpu="2000m", usage=json.dumps(SERIES), **TOTALS)
        assert drawn(shown, 40)["read"] == "▁█▁▁  peak 3 MiB/s, last 0 B/s"
        assert drawn(shown, 26)["read"] == "▁█▁▁  peak 3 MiB/s"
        assert drawn(shown, 10)["read"] == "peak 3 MiB/s, last 0 B/s, 6 MiB in all"

    def test_totals_alone(self) -> None:
        assert drawn(process(**TOTALS)) == {
            "cpu": "5.6s in all",
            "memory": "peak 500 MiB",
            "read": "6 MiB in all",
        }

    @pytest.mark.parametrize(("mem", "tone"), [("512Mi", Tone.WARN), ("1Gi", Tone.PLAIN), ("lots", Tone.PLAIN)])
    def test_what_comes_near_its_limit_is_marked(self, mem: str, tone: Tone) -> None:
        lines = usage_lines(process(mem=mem, **TOTALS), UNICODE, 80)
        assert lines[1].cells[-1].tone is tone


class TestCourse:
    def test_peaks_stay_when_there_are_fewer_cells(self) -> None:
        assert course([0, 1, 2, 3, 4, 5], [1, 9, 1, 1, 1, 2], 3) == [9, 1, 2]

    def test_a_cell_without_samples_shows_the_next_one(self) -> None:
        assert course([0, 8, 10], [1, 5, 3], 5) == [1, 5, 5, 5, 5]

    def test_one_sample(self) -> None:
        assert course([3], [7], 1) == [7]

    def test_no_room(self) -> None:
        assert course([1, 2], [1, 2], 0) == []

    def test_blocks_reach_from_nothing_to_the_largest(self) -> None:
        assert blocks([0, 4, 8], 8, UNICODE.levels) == "▁▅█"
        assert blocks([0, 0], 0, UNICODE.levels) == "▁▁"
