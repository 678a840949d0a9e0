"""Ending work that nobody waits for any more."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

from colonyserver.gateway.body import ClientGone


class Departure:
    """A context manager around the answer to a request whose body was read: it is cancelled when the client leaves.

    Raises ClientGone then. Like a timeout, it cancels the task that it was entered in.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_gone = False

    async def __aenter__(self) -> Self:
        """Start to look for the client's departure."""
        answering = asyncio.current_task()
        assert answering is not None
        self._answering = answering
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop looking."""
        self._watching.cancel()
        if self._is_gone and self._answering.uncancel() == 0 and kind is asyncio.CancelledError:
            raise ClientGone from None

    async def _watch(self) -> None:
        # After the whole body, the one thing to receive is that the client has gone.
        await self._receive()
        self._is_gone = True
        self._answering.cancel()
