"""What the documentation says about the command line is what the program has."""

import re
from pathlib import Path

import pytest

from colonysdk.objects import FunctionSpec
from colonytui.commands.exit_code import ExitCode
from colonytui.configuration import CONFIGURING_VARIABLES

DOCUMENTS = Path(__file__).parents[3] / "docs"


def test_every_exit_code_is_documented() -> None:
    text = (DOCUMENTS / "reference" / "exit-codes.md").read_text()
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)} == set(ExitCode)


@pytest.mark.parametrize("field", FunctionSpec(channels=["a"]).to_wire())
def test_every_field_of_a_specification_is_documented(field: str) -> None:
    assert re.search(rf"`{field}[`.]", (DOCUMENTS / "reference" / "specifications.md").read_text())


@pytest.mark.parametrize("variable", CONFIGURING_VARIABLES)
def test_every_configuring_variable_is_documented(variable: str) -> None:
    assert f"`{variable}`" in (DOCUMENTS / "guides" / "command-line.md").read_text()
