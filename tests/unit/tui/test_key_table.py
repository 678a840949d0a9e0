"""The documented keys."""

from pathlib import Path

from colonytui.actions.registry import key_table

DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "keys.md"


def test_the_documented_keys_are_those_of_the_program() -> None:
    assert DOCUMENT.read_text(encoding="utf-8").endswith(key_table()), "write it anew: scripts/write-keys"
