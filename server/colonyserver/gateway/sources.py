"""What can be subscribed to on /pubsub: every kind of subscription is a source of frames."""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, Generic, TypeVar

from colonysdk.messages import Message
from colonyserver.errors import Unavailable

_MOST_UNTOLD = 10_000
_LONGEST_SECONDS = 365 * 24 * 3600

MessageT = TypeVar("MessageT", bound=Message[Any])
T = TypeVar("T")


class Source(ABC, Generic[MessageT]):
    """One kind of subscription, started by one type of message."""

    message_type: ClassVar[type[Message[Any]]]

    @abstractmethod
    def open(self, caller_id: str, message: MessageT) -> AbstractAsyncContextManager[AsyncGenerator[bytes, None]]:
        """Listen for the length of the block, which gives the frames to send: whole reply envelopes.

        Nothing that happens within the block may be missing in the frames. They end when the subscription is over, and
        the connection with its last subscription. Raises Refusal, from the block or later from the frames, for a caller
        who may not listen or may not any more.
        """


class Inbox(Generic[T]):
    """What a subscriber has not been told yet, for sources that cannot look things up again."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self._is_full = False
        self._changed = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._items)

    def put(self, item: T) -> None:
        """Add an item; a subscriber that has not read 10,000 of them gets no more."""
        if len(self._items) < _MOST_UNTOLD:
            self._items.append(item)
        else:
            self._is_full = True
        self._changed.set()

    async def take(self, until: float) -> T | None:
        """The next item, None at `until` in the event loop's time; raises Unavailable once items had to be left out."""
        try:
            async with asyncio.timeout_at(until):
                while not self._items and not self._is_full:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return None
        if self._is_full:
            raise Unavailable("subscriber disconnected: buffer full")
        return self._items.popleft()


def end_after(seconds: int) -> float:
    """When a subscription of so many seconds is over, in the event loop's time."""
    return asyncio.get_running_loop().time() + min(max(seconds, 0), _LONGEST_SECONDS)
