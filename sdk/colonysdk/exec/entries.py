"""Reading a channel for as long as it lasts: by subscription, and by asking where that is not possible."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from colonysdk.client import ColonyClient
from colonysdk.errors import Refused, Unreachable
from colonysdk.exec.frames import CHANNEL
from colonysdk.extensions import EVENTS, FRESHNESS
from colonysdk.objects import ChannelEntry

_SUBSCRIPTION_SECONDS = 3600
_PING_SECONDS = 20.0
_ASKING_PAUSE_SECONDS = 0.25
_ASKING_ROUNDS = 20
_SERVER_ERROR = 500
_GALLOP = 8


class ChannelEntries:
    """The entries of a process's channel after a position, each once; `position` counts those that were given out."""

    def __init__(self, client: ColonyClient, process_id: str, position: int = 0) -> None:
        self._client = client
        self._process_id = process_id
        self.position = position

    async def present(self) -> AsyncGenerator[ChannelEntry, None]:
        """Yield what is there already; raises Refused and Unreachable."""
        while page := await self._client.read_channel(self._process_id, CHANNEL, self.position):
            for entry in page:
                self.position += 1
                yield entry

    async def follow(self) -> AsyncGenerator[ChannelEntry, None]:
        """Yield everything, what is there and what comes; ends with the process, or raises Refused.

        Goes on when the server has been away, and asks again and again where no subscription gets through.
        """
        rounds = 0
        while True:
            try:
                async with aclosing(self.present() if rounds else self._subscribed()) as entries:
                    async for entry in entries:
                        yield entry
            except (Unreachable, Refused) as error:
                if isinstance(error, Refused) and error.not_found:
                    return
                if isinstance(error, Refused) and error.status < _SERVER_ERROR:
                    raise
                rounds = rounds or _ASKING_ROUNDS
            else:
                # A subscription ends alike when its time and when the process is over; asking tells the two apart.
                rounds = rounds - 1 if rounds else 1
            if rounds:
                await asyncio.sleep(_ASKING_PAUSE_SECONDS)

    async def _subscribed(self) -> AsyncGenerator[ChannelEntry, None]:
        await self._client.offers(FRESHNESS)
        entries = self._client.follow_channel(
            self._process_id,
            CHANNEL,
            _SUBSCRIPTION_SECONDS,
            self.position,
            # wire: the reference's server answers no pings while a channel is followed.
            ping_seconds=_PING_SECONDS if await self._client.offers(EVENTS) else None,
        )
        async with aclosing(entries):
            async for entry in entries:
                self.position += 1
                yield entry


async def end_of_channel(client: ColonyClient, process_id: str) -> int:
    """How many entries a channel has, found with few and small questions; raises Refused and Unreachable."""

    async def has_more(position: int) -> bool:
        return bool(await client.read_channel(process_id, CHANNEL, position, limit=1))

    beyond = 0
    while await has_more(beyond):
        beyond = beyond * _GALLOP or 1
    reached = beyond // _GALLOP
    while reached < beyond:
        middle = (reached + beyond) // 2
        if await has_more(middle):
            reached = middle + 1
        else:
            beyond = middle
    return beyond
