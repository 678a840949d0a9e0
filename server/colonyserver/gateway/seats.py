"""How many may do something that goes on for long at the same time."""

from collections.abc import Callable

from colonyserver.errors import Refusal
from colonyserver.tally import Tally

_BUSY = 503
_TOO_MANY = 429


class Seats:
    """Seats for everybody together, and only so many of them for each identity; `activity` is what is done there."""

    def __init__(self, activity: str, *, in_all: int, for_each: int) -> None:
        self._activity = activity
        self._in_all = in_all
        self._for_each = for_each
        self._taken = 0
        self._taken_by = Tally[str]()

    def hold(self) -> "Seat":
        """Take one of all seats for the length of the block; raises Refusal (wire: 503) when there is none."""
        if self._taken >= self._in_all:
            raise Refusal(
                f"There are {self._in_all} {self._activity}, more the server does not take; try again later",
                status=_BUSY,
            )
        self._taken += 1
        return Seat(self._leave)

    def hold_for(self, identity: str) -> "Seat":
        """Take one of an identity's seats for the length of the block; raises Refusal (wire: 429)."""
        if self._taken_by.amount(identity) >= self._for_each:
            raise Refusal(
                f"There are {self._for_each} {self._activity} with this key; end some before you begin more",
                status=_TOO_MANY,
            )
        self._taken_by.add(identity)
        return Seat(lambda: self._taken_by.drop(identity))

    def _leave(self) -> None:
        self._taken -= 1


class Seat:
    """A seat that is taken; a context manager at whose end it is free again."""

    __slots__ = ("_leave",)

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave = leave

    def __enter__(self) -> None:
        """Keep it."""

    def __exit__(self, *_error: object) -> None:
        """Let others have it."""
        self._leave()
