"""What can go wrong with files.

ColonyError
└── FilesError
    ├── InvalidPlace      a label, name or path that is not acceptable
    ├── StoreUnreachable  the store did not answer, or does not know our keys
    ├── ObjectMissing     the store does not hold the bytes of a file
    ├── Corrupted         bytes that are not those which were uploaded
    ├── ChangedMeanwhile  a local file that changed while it was read or before it was replaced
    └── TransferFailed    some files of many were not transferred
"""

from collections.abc import Sequence
from dataclasses import dataclass

from colonysdk.errors import ColonyError


class FilesError(ColonyError):
    """Anything that can go wrong with files."""


class InvalidPlace(FilesError):  # noqa: N818 - named for what happened, as are all of this tree
    """A label, a name or a path cannot be used; the message says why."""


class StoreUnreachable(FilesError):  # noqa: N818
    """The store did not answer, or does not let us in."""


class ObjectMissing(FilesError):  # noqa: N818
    """The store does not hold the bytes of a file."""


class Corrupted(FilesError):  # noqa: N818
    """What the store holds is not what was uploaded."""


class ChangedMeanwhile(FilesError):  # noqa: N818
    """A local file changed while it was read, or before it was replaced."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One file that was not transferred, and why."""

    path: str
    reason: str


class TransferFailed(FilesError):  # noqa: N818
    """Some files were not transferred; `failures` lists them, and all others were."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        first = failures[0]
        others = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        super().__init__(f"{first.path}: {first.reason}{others}")
        self.failures = tuple(failures)
