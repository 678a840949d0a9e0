"""The errors of sessions in running processes."""

from colonysdk.errors import ColonyError


class ExecRefused(ColonyError):  # noqa: N818 - named for what happened, as are all of the SDK
    """The executor does not open the session; the message says why."""


class SessionLost(ColonyError):  # noqa: N818
    """A session ended without an exit code, or never began; the message says why."""
