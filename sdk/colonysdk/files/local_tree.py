"""What lies in a local directory: its plain files, and what is left out."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from colonysdk.files.errors import FilesError
from colonysdk.files.labels import check_file_name

LABEL_FILE = ".cfs"
"""The reference's client notes a directory's label in a file of this name; it is no file of the user's."""

PART_SUFFIX = ".colony-part"
"""How the names of unfinished downloads end."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A plain file, and what would be different if it had been changed."""

    path: str
    """Relative to the directory that was read, with slashes."""
    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: str, status: os.stat_result) -> "LocalFile":
        """The file of a path, as the file system describes it."""
        return cls(path, status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path that is left out, and why."""

    path: str
    reason: str


@dataclass
class LocalTree:
    """The files of a directory by their relative paths, the directories, and what is left out."""

    files: dict[str, LocalFile] = field(default_factory=dict)
    directories: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def read_tree(root: Path) -> LocalTree:
    """Read a directory and all below it without following a link; a directory that is not there has no files.

    Raises FilesError when the directory itself cannot be read.
    """
    tree = LocalTree()
    if not root.exists():
        return tree
    pending = [""]
    while pending:
        directory = pending.pop()
        try:
            with os.scandir(root / directory) as entries:
                for entry in entries:
                    _read_entry(tree, f"{directory}/{entry.name}".lstrip("/"), entry, pending)
        except OSError as error:
            reason = error.strerror or str(error)
            if not directory:
                raise FilesError(f"cannot read {root}: {reason}") from error
            tree.skipped.append(Skipped(directory, reason))
    return tree


def is_ours(name: str) -> bool:
    """Whether a name is one that syncs use for themselves."""
    return name == LABEL_FILE or name.endswith(PART_SUFFIX)


def _read_entry(tree: LocalTree, path: str, entry: "os.DirEntry[str]", pending: list[str]) -> None:
    if is_ours(entry.name):
        return
    try:
        check_file_name(entry.name)
        status = entry.stat(follow_symlinks=False)
    except ValueError as error:
        tree.skipped.append(Skipped(path, str(error)))
        return
    except FileNotFoundError:
        return  # It went away since the directory was listed.
    if stat.S_ISREG(status.st_mode):
        tree.files[path] = LocalFile.of(path, status)
    elif stat.S_ISDIR(status.st_mode):
        tree.directories.append(path)
        pending.append(path)
    else:
        tree.skipped.append(Skipped(path, "a symbolic link" if stat.S_ISLNK(status.st_mode) else "a special file"))
