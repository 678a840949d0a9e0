"""What tests can make of the way to a fake colony: nobody answers, this is refused, that must wait."""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from typing import Any

from colonysdk.errors import Refused, Unreachable
from colonysdk.messages import Message

_REMEMBERED_REQUESTS = 10_000


class Hold:
    """Keeps requests of one kind from being answered."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        """Set as soon as a request is held."""
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let the held requests be answered, in the state the colony has by then."""
        self._released.set()

    async def wait(self) -> None:
        """Hold a request."""
        self.arrived.set()
        await self._released.wait()


class Scripting(ABC):
    """The switches of a fake colony."""

    def __init__(self) -> None:
        self.requests: deque[Message[Any]] = deque(maxlen=_REMEMBERED_REQUESTS)
        """What clients asked, oldest first."""
        self._offline = False
        self._refusals: dict[type[Message[Any]], deque[Refused]] = {}
        self._holds: dict[type[Message[Any]], Hold] = {}

    @property
    def offline(self) -> bool:
        """Whether every request fails with Unreachable and every subscription breaks."""
        return self._offline

    @offline.setter
    def offline(self, offline: bool) -> None:
        self._offline = offline
        self.changed()

    @abstractmethod
    def changed(self) -> None:
        """Wake everybody who waits for a change."""

    def refuse(self, message_type: type[Message[Any]], status: int, message: str, *, times: int = 1) -> None:
        """Answer the next requests of a kind with an error."""
        self._refusals.setdefault(message_type, deque()).extend([Refused(status, message)] * times)

    def hold(self, message_type: type[Message[Any]]) -> Hold:
        """Keep requests of a kind waiting until the hold is released."""
        self._holds[message_type] = Hold()
        return self._holds[message_type]

    async def pass_through(self, message: Message[Any]) -> None:
        """Do to a request what the script says; raises Unreachable or Refused."""
        self.requests.append(message)
        hold = self._holds.get(type(message))
        if hold is not None:
            await hold.wait()
        self.require_online()
        refusals = self._refusals.get(type(message))
        if refusals:
            raise refusals.popleft()

    def require_online(self) -> None:
        """Raise Unreachable while the colony is offline."""
        if self._offline:
            raise Unreachable("cannot reach the colony: it was taken offline")
