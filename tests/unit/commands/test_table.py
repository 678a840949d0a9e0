import io
import sys

import pytest

from colonytui.commands.table import Table, print_table

TABLE = Table("Things", ["Name", "Much text"], [["a", "x" * 50], ["\x1b[31mred", "two\nlines"]])


def test_a_pipe_gets_aligned_columns_without_anything_cut(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(TABLE, drawn=False)
    assert capsys.readouterr().out == (
        "NAME         MUCH TEXT\na            " + "x" * 50 + "\n\\x1b[31mred  two\\nlines\n"
    )


def test_a_pipe_gets_the_headings_of_an_empty_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(Table("", ["Name", "Type"], [], when_empty="No things."), drawn=False)
    assert capsys.readouterr().out == "NAME  TYPE\n"


def test_a_person_gets_a_sentence_instead_of_an_empty_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(Table("", ["Name"], [], when_empty="No things."), drawn=True)
    assert capsys.readouterr().out == "No things.\n"


def test_a_person_gets_a_drawing_that_keeps_markup_and_escapes_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(Table("Things", ["Name"], [["[bold]\x1b[31m"]]), drawn=True)
    drawing = capsys.readouterr().out
    assert "[bold]\\x1b[31m" in drawing
    assert "╭" in drawing


def test_borders_are_ascii_on_request(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLONIES_CLI_ASCII", "true")
    print_table(TABLE, drawn=True)
    assert capsys.readouterr().out.isascii()


def test_a_table_of_facts_has_no_headings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", stdout := io.StringIO())
    print_table(Table("Process", (), [("Id", "1"), ("Long name", "2")]), drawn=False)
    assert stdout.getvalue() == "Id         1\nLong name  2\n"
