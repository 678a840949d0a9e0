import threading
from pathlib import Path

import pytest

from colonysdk.errors import InvalidSettings
from colonytui.local.directory import DataDirectory
from colonytui.local.errors import LocalColonyFailed
from colonytui.local.keys import LocalKeys
from colonytui.local.record import ColonyRecord

RECORD = ColonyRecord("http://127.0.0.1:1", 5, "0.1.0", "local", "container-executor", "Docker 20.10", "")


def test_it_lies_where_the_user_says(tmp_path: Path) -> None:
    assert DataDirectory.locate({"COLONY_TUI_DATA": str(tmp_path)}).path == tmp_path
    assert DataDirectory.locate({"XDG_DATA_HOME": "/data"}).path == Path("/data/colony-tui/local")
    fallback = Path.home() / ".local/share/colony-tui/local"
    assert DataDirectory.locate({}).path == fallback
    assert DataDirectory.locate({"XDG_DATA_HOME": "relative"}).path == fallback


def test_it_and_its_keys_are_closed_to_others(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "deep" / "local")
    directory.create()
    LocalKeys.load(directory.keys)
    assert directory.path.stat().st_mode & 0o077 == 0
    files = list(directory.keys.iterdir())
    assert {file.name for file in files} == {"server-owner", "colony-owner", "user"}
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)


def test_keys_stay_the_same(tmp_path: Path) -> None:
    first, second = LocalKeys.load(tmp_path), LocalKeys.load(tmp_path)
    assert first.user.id == second.user.id
    assert len({first.user.id, first.colony_owner.id, first.server_owner.id}) == 3


def test_a_directory_that_cannot_be_made_names_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidSettings, match="COLONY_TUI_DATA"):
        DataDirectory(tmp_path / "file" / "local").create()


def test_one_program_at_a_time_starts_and_stops(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with directory.locked(1):
        with pytest.raises(LocalColonyFailed, match="another program"), directory.locked(0.05):
            pass
        waiting = threading.Thread(target=_pass_through, args=(directory,))
        waiting.start()
    waiting.join(timeout=10)
    assert not waiting.is_alive()


def _pass_through(directory: DataDirectory) -> None:
    with directory.locked(10):
        pass


def test_a_record_reads_back(tmp_path: Path) -> None:
    RECORD.write(tmp_path / "colony.json")
    assert ColonyRecord.read(tmp_path / "colony.json") == RECORD


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"url": "x"}', '{"other": 1}'])
def test_a_record_that_cannot_be_used_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "colony.json"
    assert ColonyRecord.read(path) is None
    path.write_text(text)
    assert ColonyRecord.read(path) is None
