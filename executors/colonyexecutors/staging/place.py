"""Where the files of processes are on this machine: a directory for each, or one that all of them share."""

import shutil
from pathlib import Path

from colonyexecutors.job import Job


class Places:
    """The directories below `root`; with `shared` every process sees the files of all others, as in ColonyOS."""

    def __init__(self, root: Path, *, shared: bool) -> None:
        self._root = root
        self._shared = shared

    def of(self, job: Job) -> Path:
        """The directory that a process sees at its mount."""
        return self._root / ("shared" if self._shared else f"{job.process_id}.{job.attempt}")

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
        """Delete what is not to be kept; the paths that could not be."""
        assert job.files is not None
        place = self.of(job)
        failed: list[str] = []

        def note(_function: object, path: str, _error: object) -> None:
            failed.append(path)

        if not self._shared and not job.files.keeps_files:
            shutil.rmtree(place, onerror=note)
        else:
            for entry in job.files.entries:
                if not entry.keeps_files:
                    shutil.rmtree(place / entry.directory, onerror=note)
        if not self._shared:
            shutil.rmtree(self.checksums_of(job), ignore_errors=True)
        return [path for path in failed if Path(path).exists()]
