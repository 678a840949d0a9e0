"""The wire JSON of a process, put together from columns, against the SDK's reading of it."""

import json
from datetime import UTC, datetime

import pytest

from colonysdk.objects import FunctionSpec, ProcessState
from colonyserver.storage.json_text import json_time
from colonyserver.storage.process_record import ProcessRecord, json_list

SPEC = FunctionSpec(func_name="echo", args=['å\n"\\\u2028</script>'], env={"KEY": "VALUE"})
MOMENT = 1_770_905_423_123_456_789


def record(**fields: object) -> ProcessRecord:
    given = {
        "process_id": "1" * 64,
        "colony_name": "dev",
        "state": 0,
        "executor_type": "cli",
        "initiator_id": "a" * 64,
        "initiator_name": 'al"ice',
        "label": None,
        "func_name": "echo",
        "location_name": "",
        "priority_time": MOMENT,
        "submitted_at": MOMENT,
        "wait_deadline": None,
        "max_wait_time": -1,
        "max_exec_time": -1,
        "max_retries": 0,
        "cpu": 0,
        "mem": 0,
        "spec_json": SPEC.model_dump_json(),
    }
    return ProcessRecord(**given | fields)  # type: ignore[arg-type]


def test_a_waiting_process() -> None:
    process = record().to_process()
    assert process.initiator_name == 'al"ice'
    assert process.submission_time == datetime(2026, 2, 12, 14, 10, 23, 123456, UTC)
    assert process.start_time is None
    assert process.spec == SPEC
    assert (process.attributes, process.parents, process.children, process.input) == ([], [], [], [])
    assert process.priority_time == MOMENT
    assert process.state is ProcessState.WAITING


def test_every_field_of_the_wire_is_there() -> None:
    process = record(is_assigned=1, executor_id="e" * 64, output_json='["x",1.5]', errors_json='["no"]', retries=2)
    wire = json.loads(process.to_json())
    assert set(wire) == set(process.to_process().to_wire())
    assert wire["isassigned"] is True
    assert wire["out"] == ["x", 1.5]
    assert wire["endtime"] == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (None, "0001-01-01T00:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
        (1_770_905_423_123_456_789, "2026-02-12T14:10:23.123456Z"),
        (1_770_905_423_100_000_000, "2026-02-12T14:10:23.1Z"),
        (1_770_905_423_000_000_999, "2026-02-12T14:10:23Z"),
    ],
)
def test_times(nanoseconds: int | None, text: str) -> None:
    assert json.loads(json_time(nanoseconds)) == text


def test_lists() -> None:
    assert json.loads(json_list([])) == []
    assert [process["retries"] for process in json.loads(json_list([record(), record(retries=1)]))] == [0, 1]
