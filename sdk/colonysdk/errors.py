"""The errors of the SDK.

ColonyError
├── Unreachable        the server could not be reached or did not speak the protocol
├── Refused            the server answered with an error
├── InvalidSpec        a function specification has problems
├── InvalidMessage     a message is not acceptable JSON of its type
├── InvalidSignature   a signature does not lead to an identity
├── InvalidKey         a private key is malformed or its file unusable
└── InvalidSettings    a setting is missing or malformed
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


class ColonyError(Exception):
    """Anything the SDK can report."""


class Unreachable(ColonyError):  # noqa: N818 - named for what happened, as are all of this tree
    """The server could not be reached, did not answer in time, or what answered is not a colony server."""


class Refused(ColonyError):  # noqa: N818
    """The server answered with an error envelope."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} (status {self.status})"

    @property
    def not_found(self) -> bool:
        """Whether the server says that the object does not exist."""
        return self.status == 404

    @property
    def forbidden(self) -> bool:
        """Whether the server says that this identity may not do this."""
        return self.status == 403


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a specification: where, what, and what would be accepted."""

    path: str
    message: str
    accepted: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" + (f" (accepted: {self.accepted})" if self.accepted else "")


class InvalidSpec(ColonyError):  # noqa: N818
    """A function specification cannot be submitted; `problems` lists every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class InvalidMessage(ColonyError):  # noqa: N818
    """A message or envelope is not acceptable JSON of its type."""


class InvalidSignature(ColonyError):  # noqa: N818
    """A signature is malformed, not recoverable, or not in its low-S form."""


class InvalidKey(ColonyError):  # noqa: N818
    """A private key is malformed, or its file cannot be used."""


class InvalidSettings(ColonyError):  # noqa: N818
    """A setting is missing or has a value that cannot be used."""
