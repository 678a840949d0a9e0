"""How many may do something that goes on for long at the same time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from colonyserver.errors import Refusal

_BUSY = 503
_TOO_MANY = 429


class Seats:
    """Seats for everybody together, and only so many of them for each identity; `activity` is what is done there."""

    def __init__(self, activity: str, *, in_all: int, for_each: int) -> None:
        self._activity = activity
        self._in_all = in_all
        self._for_each = for_each
        self._taken = 0
        self._taken_by: Counter[str] = Counter()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Take one of all seats for the length of the block; raises Refusal (wire: 503) when there is none."""
        if self._taken >= self._in_all:
            raise Refusal(
                f"There are {self._in_all} {self._activity}, more the server does not take; try again later",
                status=_BUSY,
            )
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    @contextmanager
    def hold_for(self, identity: str) -> Iterator[None]:
        """Take one of an identity's seats for the length of the block; raises Refusal (wire: 429)."""
        if self._taken_by[identity] >= self._for_each:
            raise Refusal(
                f"There are {self._for_each} {self._activity} with this key; end some before you begin more",
                status=_TOO_MANY,
            )
        self._taken_by[identity] += 1
        try:
            yield
        finally:
            self._taken_by[identity] -= 1
            if not self._taken_by[identity]:
                del self._taken_by[identity]
