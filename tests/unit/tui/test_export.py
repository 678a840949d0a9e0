"""Rows as files."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from colonysdk.objects import Process
from colonytui.tables.columns import Column
from colonytui.tables.export import rows_as_csv, rows_as_json, rows_as_text, save_rows
from colonytui.terminal.tones import Cell

Row = tuple[str, int]
COLUMNS = [
    Column[Row]("glyph", "", 1, lambda row: Cell("●")),
    Column[Row]("name", "Name", 4, lambda row: Cell(row[0])),
    Column[Row]("size", "Size", 4, lambda row: Cell(str(row[1])), wide=True),
]
ROWS: list[Row] = [("a, b", 1), ("日本", 22), ("=1+1", 3)]


def test_csv_has_a_line_for_each_row() -> None:
    lines = list(csv.reader(io.StringIO(rows_as_csv(ROWS, COLUMNS))))
    assert lines == [["name", "size"], ["a, b", "1"], ["日本", "22"], ["'=1+1", "3"]]


def test_text_is_aligned_by_cells() -> None:
    assert rows_as_text(ROWS, COLUMNS).splitlines() == ["Name  Size", "a, b  1", "日本  22", "=1+1  3"]


def test_json_of_rows_and_of_wire_objects() -> None:
    assert json.loads(rows_as_json(ROWS[:1], COLUMNS)) == [{"name": "a, b", "size": "1"}]
    processes = [Process(process_id="p1")]
    column = Column[Process]("id", "ID", 8, lambda process: Cell(process.process_id))
    assert json.loads(rows_as_json(processes, [column]))[0]["processid"] == "p1"


def test_files_hold_times_instead_of_ages() -> None:
    added = datetime(2026, 3, 2, 12, tzinfo=UTC)
    column = Column[Row]("age", "Age", 5, lambda row: Cell("4m12s"), moment=lambda row: added if row[1] else None)
    assert rows_as_csv([("a", 1), ("b", 0)], [column]).split() == ["age", "2026-03-02T12:00:00+00:00", "4m12s"]


@pytest.mark.parametrize("ending", [".csv", ".json", ".txt"])
def test_saves_into_a_new_file_only(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows{ending}"
    save_rows(path, ROWS, COLUMNS)
    assert "日本" in path.read_text(encoding="utf-8")
    with pytest.raises(FileExistsError):
        save_rows(path, ROWS, COLUMNS)


def test_refuses_an_unknown_ending(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.csv, \.json, \.txt"):
        save_rows(tmp_path / "rows.xls", ROWS, COLUMNS)
