"""Giving this user access to files of its own that a program has closed."""

import os
import stat
from contextlib import suppress
from pathlib import Path


def give_access(root: Path) -> None:
    """Make every file below a directory readable, and every directory removable, as far as they are this user's."""
    for directory, inner, names in os.walk(root):
        for name in [*inner, *names]:
            with suppress(OSError):  # it is somebody else's, or gone
                _give_access_to(Path(directory, name))


def _give_access_to(path: Path) -> None:
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        path.chmod(stat.S_IMODE(mode) | stat.S_IRWXU)
    elif stat.S_ISREG(mode):
        path.chmod(stat.S_IMODE(mode) | stat.S_IRUSR)
