"""The errors of the local colony.

Unreachable (colonysdk)
└── LocalColonyFailed      a part of it did not start or does not answer
"""

from colonysdk.errors import Unreachable


class LocalColonyFailed(Unreachable):
    """A part of the local colony did not start, does not answer, or did not stop."""
