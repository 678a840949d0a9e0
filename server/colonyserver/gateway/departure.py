"""Ending work that nobody waits for any more."""

import asyncio
from types import TracebackType

from starlette.types import Scope

from colonyserver.gateway.body import ClientGone

DEPARTURE = "colony.departure"
"""Where the scope's extensions have the client's departure."""


class Departure:
    """The moment when a client leaves: whoever answers it is cancelled then."""

    def __init__(self) -> None:
        self._has_happened = False
        self._answering: asyncio.Task[object] | None = None

    def happen(self) -> None:
        """The client has left."""
        self._has_happened = True
        if self._answering is not None:
            self._answering.cancel()

    def __enter__(self) -> None:
        """Begin to answer; raises ClientGone when there is nobody left.

        Like a timeout, it cancels the task that it was entered in. A client is answered one request at a time.
        """
        if self._has_happened:
            raise ClientGone
        self._answering = asyncio.current_task()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the answer; raises ClientGone when it was ended because the client has left."""
        answering, self._answering = self._answering, None
        if self._has_happened and answering is not None:
            is_the_only_reason = answering.uncancel() == 0
            if is_the_only_reason and kind is asyncio.CancelledError:
                raise ClientGone from None


def departure_of(scope: Scope) -> Departure:
    """The departure of a request's client; one that never happens where the HTTP server does not tell of it."""
    departure: Departure | None = scope.get("extensions", {}).get(DEPARTURE)
    return departure or Departure()
