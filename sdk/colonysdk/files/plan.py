"""What a sync would do, worked out without touching anything."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePosixPath

from colonysdk.files.local_tree import LocalFile, Skipped
from colonysdk.files.remote_tree import RemoteFile


class Keep(Enum):
    """Whose content wins where a file differs."""

    LOCAL = "local"
    REMOTE = "remote"


class Change(Enum):
    """What a step does."""

    UPLOAD = "upload"
    DOWNLOAD = "download"
    REPLACE_REMOTE = "replace remote"
    REPLACE_LOCAL = "replace local"
    REMOVE_REMOTE = "remove remote"
    REMOVE_LOCAL = "remove local"

    @property
    def is_upload(self) -> bool:
        """Whether bytes go to the store."""
        return self in (Change.UPLOAD, Change.REPLACE_REMOTE)

    @property
    def is_download(self) -> bool:
        """Whether bytes come from the store."""
        return self in (Change.DOWNLOAD, Change.REPLACE_LOCAL)


@dataclass(frozen=True, slots=True)
class Step:
    """One file to be changed on one side; `local` and `remote` are what each side had when the plan was made."""

    change: Change
    path: str
    local: LocalFile | None = None
    remote: RemoteFile | None = None

    @property
    def size(self) -> int:
        """How many bytes it moves."""
        if self.change.is_upload and self.local is not None:
            return self.local.size
        return self.remote.size if self.change.is_download and self.remote is not None else 0


@dataclass
class SyncPlan:
    """Every step that makes both sides agree, by path, how many files do already, and what is left out."""

    steps: list[Step] = field(default_factory=list)
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def of(self, *changes: Change) -> list[Step]:
        """The steps of some kinds."""
        return [step for step in self.steps if step.change in changes]

    def only(self, *changes: Change) -> "SyncPlan":
        """A plan with the steps of some kinds alone."""
        return SyncPlan(self.of(*changes), self.unchanged, self.skipped)


def make_plan(
    local: Mapping[str, LocalFile],
    remote: Mapping[str, RemoteFile],
    *,
    is_same: Callable[[LocalFile, RemoteFile], bool],
    keep: Keep,
    mirror: bool = False,
    blocked: Collection[str] = (),
) -> SyncPlan:
    """Compare two sides by path.

    What one side lacks is copied to it; with `mirror` it is removed from the other side instead where that is not the
    one to keep. `blocked` are local paths that are left out, such as links: nothing is put in their place or below.
    """
    plan = SyncPlan()
    obstacles = _Obstacles(local, remote, blocked)
    for path in sorted({*local, *remote}):
        here, there = local.get(path), remote.get(path)
        reason = obstacles.reason(path) if here is None else ""
        if reason:
            plan.skipped.append(Skipped(path, reason))
        elif here is not None and there is not None and is_same(here, there):
            plan.unchanged += 1
        else:
            plan.steps.append(Step(_change(here, there, keep, mirror=mirror), path, here, there))
    return plan


def _change(here: LocalFile | None, there: RemoteFile | None, keep: Keep, *, mirror: bool) -> Change:
    if there is None:
        return Change.REMOVE_LOCAL if mirror and keep is Keep.REMOTE else Change.UPLOAD
    if here is None:
        return Change.REMOVE_REMOTE if mirror and keep is Keep.LOCAL else Change.DOWNLOAD
    return Change.REPLACE_REMOTE if keep is Keep.LOCAL else Change.REPLACE_LOCAL


class _Obstacles:
    """What keeps a remote file from having a place in the directory."""

    def __init__(
        self, local: Mapping[str, LocalFile], remote: Mapping[str, RemoteFile], blocked: Collection[str]
    ) -> None:
        self._local = local
        self._blocked = frozenset(blocked)
        self._directories = _directories_of([*local, *remote])

    def reason(self, path: str) -> str:
        if path in self._blocked:
            return "there is something else in its place"
        if path in self._directories:
            return "there is a directory of that name"
        for directory in _directories_of([path]):
            if directory in self._blocked:
                return f"{directory} is left out"
            if directory in self._local:
                return f"{directory} is a file"
        return ""


def _directories_of(paths: Iterable[str]) -> set[str]:
    return {str(parent) for path in paths if "/" in path for parent in PurePosixPath(path).parents} - {"."}
