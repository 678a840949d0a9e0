"""The directories of processes: what is deleted in them, and what a program can leave that cannot be."""

import os
from pathlib import Path

import pytest

from colonyexecutors.command import Command
from colonyexecutors.job import Job
from colonyexecutors.job_files import JobFiles, StagedLabel
from colonyexecutors.runtimes.access import give_access
from colonyexecutors.staging.place import Places, is_closed
from colonysdk.files.plan import Keep


def job(*directories: str, keeps_files: bool = False, runs_program: bool = True) -> Job:
    labels = tuple(StagedLabel("/x", directory, keeps_files, Keep.REMOTE, Keep.LOCAL) for directory in directories)
    return Job("p" * 64, "1", Command(("true",)), files=JobFiles("/cfs", labels, ()), runs_program=runs_program)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "outside" / "deep").mkdir(parents=True)
    (tmp_path / "outside" / "deep" / "kept").touch()
    return tmp_path / "outside"


def test_a_place_of_its_own_goes_as_a_whole(tmp_path: Path, outside: Path) -> None:
    places = Places(tmp_path / "files", shared=False)
    place = places.make(job("work"))
    (place / "work").symlink_to(outside)
    assert places.clean(job("work")) == []
    assert not place.exists()
    assert (outside / "deep" / "kept").exists()


@pytest.mark.parametrize("planted", ["work", "work/deep"])
def test_links_are_not_deleted_through(tmp_path: Path, outside: Path, planted: str) -> None:
    places = Places(tmp_path / "files", shared=True)
    place = places.make(job("work/deep"))
    (place / planted).parent.mkdir(exist_ok=True)
    (place / planted).symlink_to(outside)
    assert places.clean(job("work/deep")) != []
    assert (outside / "deep" / "kept").exists()


def test_in_a_shared_place_only_what_is_named_goes(tmp_path: Path) -> None:
    places = Places(tmp_path / "files", shared=True)
    place = places.make(job("work"))
    for path in ("work/mine", "other/theirs"):
        (place / path).parent.mkdir()
        (place / path).touch()
    assert places.clean(job("work", ".", "missing")) == []
    assert [path.name for path in place.iterdir()] == ["other"]


@pytest.mark.parametrize("shared", [True, False])
def test_what_was_brought_without_a_program_stays_where_others_see_it(tmp_path: Path, shared: bool) -> None:
    places = Places(tmp_path / "files", shared=shared)
    synced = job("work", keeps_files=not shared, runs_program=False)
    place = places.make(synced)
    (place / "work").mkdir()
    places.clean(synced)
    assert (place / "work").exists() == shared


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_what_a_program_closed_can_be_opened(tmp_path: Path, mode: int) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").touch(0o000)
    (tmp_path / "a").chmod(mode)
    assert is_closed(tmp_path) or os.geteuid() == 0
    give_access(tmp_path)
    assert not is_closed(tmp_path)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode | 0o700
    assert (tmp_path / "a" / "b" / "file").stat().st_mode & 0o777 == 0o400


def test_links_and_plain_files_are_open(tmp_path: Path) -> None:
    (tmp_path / "nowhere").symlink_to("/no/such/file")
    (tmp_path / "directory").symlink_to("/")
    (tmp_path / "file").touch()
    assert not is_closed(tmp_path)
    assert not is_closed(tmp_path / "missing")
