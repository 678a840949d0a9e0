"""The lock file covers the project and works behind every mirror."""

import re
import tomllib
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_LOCK = (_ROOT / "requirements.lock").read_text()
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text())
_REQUIREMENTS = [
    *_PROJECT["project"]["dependencies"],
    *_PROJECT["dependency-groups"]["dev"],
    *_PROJECT["build-system"]["requires"],
]


@pytest.mark.parametrize("requirement", _REQUIREMENTS)
def test_every_requirement_is_locked(requirement: str) -> None:
    name = re.split(r"[\[<>=~! ]", requirement)[0].lower()
    assert re.search(rf"^{re.escape(name)}==", _LOCK, re.MULTILINE), "run make lock"


def test_every_file_is_hashed() -> None:
    entries = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", _LOCK, re.MULTILINE | re.DOTALL)
    assert len(entries) > len(_REQUIREMENTS)
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_address_is_recorded() -> None:
    assert re.findall(r"\w+://|--(?:extra-)?index-url|--find-links|--trusted-host", _LOCK) == []
