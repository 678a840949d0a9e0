from pathlib import Path

import pytest

from colonysdk.specs import check_spec, load_spec, read_spec

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_loads_without_a_warning(path: Path) -> None:
    text = path.read_text()
    assert check_spec(read_spec(text)) == []
    assert load_spec(text, colony_name="dev").conditions.colony_name == "dev"


def test_the_examples_are_there() -> None:
    assert {path.stem for path in EXAMPLES} >= {"echo", "fails", "slow-log", "impossible", "deadline"}
