"""The errors of the headless commands.

ColonyError (colonysdk)
└── Misuse      the command line asks for something that cannot be
"""

from colonysdk.errors import ColonyError


class Misuse(ColonyError):  # noqa: N818 - named for what happened, as are all of this tree
    """The arguments of a command do not fit together, or do not fit what they name."""
