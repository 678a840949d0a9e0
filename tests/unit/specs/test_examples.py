from pathlib import Path

import pytest

from colonysdk.specs import check_spec, check_workflow, load_spec, load_workflow, read_spec

DIRECTORY = Path(__file__).parents[3] / "examples"
EXAMPLES = sorted(DIRECTORY.glob("*.json"))
WORKFLOWS = sorted((DIRECTORY / "workflows").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_loads_without_a_warning(path: Path) -> None:
    text = path.read_text()
    assert check_spec(read_spec(text)) == []
    assert load_spec(text, colony_name="dev").conditions.colony_name == "dev"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_loads_without_a_warning(path: Path) -> None:
    text = path.read_text()
    assert check_workflow(read_spec(text)) == []
    assert load_workflow(text, colony_name="dev").colony_name == "dev"


def test_the_examples_are_there() -> None:
    assert [path.stem for path in WORKFLOWS] == ["diamond"]
    assert {path.stem for path in EXAMPLES} >= {"echo", "fails", "slow-log", "impossible", "deadline"}
