"""Where the files of processes are on this machine: a directory for each, or one that all of them share."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

from colonyexecutors.job import Job
from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.errors import InvalidPlace

_WHOLE = "."
Note = Callable[[str, BaseException], None]


class Places:
    """The directories below `root`; with `shared` every process sees the files of all others, as in ColonyOS."""

    def __init__(self, root: Path, *, shared: bool) -> None:
        self._root = root
        self.shared = shared

    def of(self, job: Job) -> Path:
        """The directory that a process sees at its mount."""
        return self._root / ("shared" if self.shared else f"{job.process_id}.{job.attempt}")

    def checksums_of(self, job: Job) -> Path:
        """Where checksums of its files are remembered between the syncs."""
        place = self.of(job)
        return place.with_name(f"{place.name}.checksums")

    def make(self, job: Job) -> Path:
        """Make the directory: open to the program, whatever user it runs as, and below one that is not."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self.of(job)
        place.mkdir(exist_ok=True)
        place.chmod(0o777)
        return place

    def clean(self, job: Job) -> list[str]:
        """Delete what is not to be kept; the paths that could not be.

        What was brought without a program is for those that come later, and of no use where they cannot see it.
        """
        assert job.files is not None
        place = self.of(job)
        failed: list[str] = []

        def note(path: str, problem: BaseException) -> None:
            if not isinstance(problem, FileNotFoundError):
                failed.append(path)

        if not job.runs_program and self.shared:
            return failed
        if not self.shared and not (job.files.keeps_files and job.runs_program):
            shutil.rmtree(place, onerror=lambda _function, path, trouble: note(path, trouble[1]))
        else:
            for entry in job.files.entries:
                if not entry.keeps_files and entry.directory != _WHOLE:
                    _delete(place, entry.directory, note)
        if not self.shared:
            shutil.rmtree(self.checksums_of(job), ignore_errors=True)
        return failed


def directory_below(place: Path, directory: str) -> ContainedDirectory:
    """A directory of a place, reached without following a link that a program has left there."""
    return ContainedDirectory(place / directory, within=place, open_to_all=True)


def is_closed(place: Path) -> bool:
    """Whether programs have left something below a place that this user cannot read, or cannot remove."""
    for directory, inner, names in os.walk(place):
        if any(_is_closed_directory(Path(directory, name)) for name in inner):
            return True
        if any(_is_closed_file(Path(directory, name)) for name in names):
            return True
    return False


def _is_closed_directory(path: Path) -> bool:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return False
    is_sticky = status.st_mode & stat.S_ISVTX and os.geteuid() not in (0, status.st_uid)
    return bool(is_sticky) or not os.access(path, os.R_OK | os.W_OK | os.X_OK)


def _is_closed_file(path: Path) -> bool:
    return not os.access(path, os.R_OK) and path.is_file() and not path.is_symlink()


def _delete(place: Path, directory: str, note: Note) -> None:
    """Delete a directory of a place: what has the name there, never what a link names."""
    try:
        with ContainedDirectory(place).parent(directory) as (descriptor, name):
            shutil.rmtree(name, onerror=lambda _function, path, trouble: note(path, trouble[1]), dir_fd=descriptor)
    except (OSError, InvalidPlace) as error:
        note(directory, error)
