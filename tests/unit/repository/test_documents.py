"""What the documents refer to is there."""

import re
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_DOCUMENTS = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda document: str(document.relative_to(_ROOT)))
def test_links_lead_to_files(document: Path) -> None:
    targets = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", document.read_text())
    missing = [target for target in targets if not _is_filled(document.parent / target)]
    assert missing == []


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda document: str(document.relative_to(_ROOT)))
def test_make_targets_exist(document: Path) -> None:
    makefile = (_ROOT / "Makefile").read_text()
    named = set(re.findall(r"(?:`|\$ )make (\w+)", document.read_text()))
    assert [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize(
    "script", ["prepare-machine", "install", "docker-up", "registry-up", "s3-up", "busybox-rootfs"]
)
def test_scripts_can_be_run(script: str) -> None:
    file = _ROOT / "scripts" / script
    subprocess.run(["bash", "-n", str(file)], check=True)
    assert file.stat().st_mode & 0o111


def _is_filled(path: Path) -> bool:
    return path.is_dir() or (path.is_file() and path.stat().st_size > 0)
