"""The errors of the headless commands.

ColonyError (colonysdk)
├── Misuse      the command line asks for something that cannot be
└── NotOffered  the server does not have what the command needs
"""

from colonysdk.errors import ColonyError


class Misuse(ColonyError):  # noqa: N818 - named for what happened, as are all of this tree
    """The arguments of a command do not fit together, or do not fit what they name."""


class NotOffered(ColonyError):  # noqa: N818
    """The server does not announce the extension that a command cannot do without."""
