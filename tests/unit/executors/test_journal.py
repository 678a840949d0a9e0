"""What survives a crash of the executor."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from colonyexecutors.errors import ExecutorError
from colonyexecutors.journal import Entry, Failure, Journal, LogMark
from colonysdk.objects import FunctionSpec, Process


def entry(number: int = 1, **fields: object) -> Entry:
    process = Process(
        process_id=f"process-{number}",
        start_time=datetime(2026, 1, 1, second=number, tzinfo=UTC),
        spec=FunctionSpec(func_name="execute", kwargs={"cmd": "echo grüße"}),
    )
    return Entry(process, "process", taken_at=1.5, **fields)  # type: ignore[arg-type]


def reread(path: Path) -> list[Entry]:
    journal = Journal(path)
    entries = journal.entries()
    journal.close()
    return entries


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_entries_come_back_as_they_were_last(path: Path) -> None:
    journal = Journal(path)
    first, second = entry(1), entry(2)
    journal.add(first)
    journal.add(second)
    first.started_at = 2.5
    first.lease_until = 60.5
    first.delivered = LogMark("1:2", "d1", 3, "stdout")
    first.pending = LogMark("5:6", "d2", 0, "")
    first.image_digest = "sha256:1"
    first.failure = Failure(["it failed", "code: x"], "colony: run: it failed")
    journal.update(first)
    journal.close()
    assert reread(path) == [first, second]
    assert reread(path) == [first, second]


def test_an_entry_that_has_ended_is_gone(path: Path) -> None:
    journal = Journal(path)
    journal.add(entry(1))
    journal.add(entry(2))
    journal.remove(entry(1))
    journal.close()
    assert [found.process_id for found in reread(path)] == ["process-2"]


def test_two_attempts_of_a_process_are_two_entries(path: Path) -> None:
    first, second = entry(1), entry(1)
    second.process = second.process.model_copy(update={"start_time": datetime(2026, 1, 2, tzinfo=UTC)})
    journal = Journal(path)
    journal.add(first)
    journal.add(second)
    journal.remove(first)
    journal.close()
    assert [found.attempt for found in reread(path)] == [second.attempt]


@pytest.mark.parametrize("torn", [b'{"key": "process-1.', b"\xff\xfe garbage", b"[]", b'{"key": "unknown", "x": 1}'])
def test_a_line_that_was_not_written_whole_does_not_count(path: Path, torn: bytes) -> None:
    journal = Journal(path)
    journal.add(entry(1))
    journal.close()
    line = path.read_bytes().strip()
    path.write_bytes(b"\n" + torn + b"\n" + line + b"\n" + torn)
    assert [found.process_id for found in reread(path)] == ["process-1"]


def test_the_file_does_not_grow_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colonyexecutors.journal._LARGE_BYTES", 20_000)
    journal = Journal(path)
    journal.add(entry(1))
    for _ in range(100):
        journal.add(entry(2))
        journal.remove(entry(2))
    assert path.stat().st_size < 25_000
    journal.close()
    assert [found.process_id for found in reread(path)] == ["process-1"]


def test_is_for_this_user_only(path: Path) -> None:
    Journal(path).close()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("process_id", ["../../etc/passwd", "", "a/b", "a.b", "x" * 200])
def test_an_id_that_could_lead_elsewhere_is_refused(path: Path, process_id: str) -> None:
    journal = Journal(path)
    bad = entry(1)
    bad.process = bad.process.model_copy(update={"process_id": process_id})
    with pytest.raises(ExecutorError):
        journal.add(bad)
    journal.close()
