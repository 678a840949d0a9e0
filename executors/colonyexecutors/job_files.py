"""The files that a process asks for: which labels and snapshots, where they are put, and what becomes of them.

wire: `fs.mount`, `fs.dirs` and `fs.snapshots` of the specification. Without `mount` the files are at /cfs.
`{processid}` in labels and directories stands for the process id.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from colonysdk.errors import Problem
from colonysdk.files.labels import normalise_label
from colonysdk.files.plan import Keep
from colonysdk.objects import Filesystem

DEFAULT_MOUNT = "/cfs"


@dataclass(frozen=True)
class StagedLabel:
    """A label that is synced with a directory, relative to the mount, before and after the program runs.

    `at_start` and `at_end` say whose content wins where a file differs.
    """

    label: str
    directory: str
    keeps_files: bool
    at_start: Keep
    at_end: Keep


@dataclass(frozen=True)
class StagedSnapshot:
    """A snapshot that is put into a directory, relative to the mount."""

    snapshot_id: str
    directory: str
    keeps_files: bool
    keeps_snapshot: bool


@dataclass(frozen=True)
class JobFiles:
    """Everything that is staged for a process, which sees it at `mount`."""

    mount: str
    labels: tuple[StagedLabel, ...]
    snapshots: tuple[StagedSnapshot, ...]

    @property
    def entries(self) -> tuple[StagedLabel | StagedSnapshot, ...]:
        """Everything that has a directory."""
        return (*self.labels, *self.snapshots)

    @property
    def keeps_files(self) -> bool:
        """Whether anything shall stay on the executor's machine."""
        return any(entry.keeps_files for entry in self.entries)


def read_files(filesystem: Filesystem, process_id: str) -> JobFiles | None:
    """What a specification without problems asks for, None when it asks for no files."""
    labels = tuple(
        StagedLabel(
            label=normalise_label(_filled(entry.label, process_id)),
            directory=_relative(_filled(entry.dir, process_id)),
            keeps_files=entry.keep_files,
            at_start=_keep(entry.on_conflicts.on_start.keep_local),
            at_end=_keep(entry.on_conflicts.on_close.keep_local),
        )
        for entry in filesystem.dirs or ()
    )
    snapshots = tuple(
        StagedSnapshot(
            snapshot_id=entry.snapshot_id,
            directory=_relative(_filled(entry.dir, process_id)),
            keeps_files=entry.keep_files,
            keeps_snapshot=entry.keep_snapshot,
        )
        for entry in filesystem.snapshots or ()
        if entry.snapshot_id
    )
    if not (filesystem.mount or labels or snapshots):
        return None
    return JobFiles(filesystem.mount or DEFAULT_MOUNT, labels, snapshots)


def file_problems(filesystem: Filesystem, process_id: str) -> Iterator[Problem]:
    """What keeps files from being staged: above all whatever would leave the process's own directory."""
    mount = PurePosixPath(filesystem.mount or DEFAULT_MOUNT)
    if not mount.is_absolute() or mount == PurePosixPath("/") or ".." in mount.parts:
        yield Problem("$.fs.mount", f'"{mount}" cannot be mounted at', 'an absolute path such as "/cfs"')
    for index, entry in enumerate(filesystem.dirs or ()):
        path = f"$.fs.dirs[{index}]"
        try:
            normalise_label(_filled(entry.label, process_id))
        except ValueError as error:
            yield Problem(f"{path}.label", str(error), 'a label such as "/models"')
        yield from _directory_problems(f"{path}.dir", _filled(entry.dir, process_id))
    for index, snapshot in enumerate(filesystem.snapshots or ()):
        yield from _directory_problems(f"$.fs.snapshots[{index}].dir", _filled(snapshot.dir, process_id))


def _directory_problems(path: str, directory: str) -> Iterator[Problem]:
    if ".." in PurePosixPath(directory).parts or "\0" in directory:
        yield Problem(path, f'"{directory}" would leave the mount', 'a directory below it such as "/data"')


def _relative(directory: str) -> str:
    return str(PurePosixPath("/", directory).relative_to("/"))


def _filled(text: str, process_id: str) -> str:
    return text.replace("{processid}", process_id)


def _keep(local: bool) -> Keep:
    return Keep.LOCAL if local else Keep.REMOTE
