"""What a user is asked before anything that is hard to undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TYPE_NUMBER_ABOVE = 10
"""With more objects than this, their number must be typed to confirm."""


@dataclass(frozen=True)
class Question:
    """What the user is asked to confirm."""

    title: str
    """The question itself, such as "Cancel 2 processes?"."""

    verb: str
    """What the confirming button says, such as "Cancel them"."""

    objects: Sequence[str] = ()
    """One line for each object."""

    consequence: str = ""
    """A sentence about what will happen."""

    type_number: bool = False
    """Whether the number of objects must be typed when they are many."""

    @property
    def typed_answer(self) -> str:
        """What must be typed to confirm; empty when the key y is enough."""
        return str(len(self.objects)) if self.type_number and len(self.objects) > TYPE_NUMBER_ABOVE else ""
