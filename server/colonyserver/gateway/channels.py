"""Subscriptions to channels.

A subscriber reads from the database by position whenever something happened, so nothing is told twice or left out
however slowly it reads. wire: the first frame holds what is there already, an empty list says that the time is over.
When the process is over, what is left is followed by an empty list too, and the connection is closed.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from colonysdk.envelope import encode_reply
from colonysdk.messages import SubscribeChannel
from colonyserver.access import Access, member_somewhere
from colonyserver.events import ChannelAppended, ColonyRemoved, Events, EventsMissed, ProcessChanged
from colonyserver.gateway.sources import Source, end_after
from colonyserver.services.channels import ChannelService
from colonyserver.storage.channels import ChannelKey, EntryRecord, entry_list_json

_DEFAULT_SECONDS = 30
_RECHECK_SECONDS = 30.0
"""So often a subscriber looks although nothing was heard, as for a process that was removed."""
_LINGER_SECONDS = 30.0
"""wire: the connection stays open when the time is over, so that the client can subscribe again."""


class ChannelSource(Source[SubscribeChannel]):
    """One channel, for the process's submitter and its executor."""

    message_type = SubscribeChannel

    def __init__(self, channels: ChannelService, access: Access, events: Events) -> None:
        self._channels = channels
        self._access = access
        self._events = events

    @asynccontextmanager
    async def open(self, caller_id: str, message: SubscribeChannel) -> AsyncIterator[AsyncGenerator[bytes, None]]:
        """Follow a channel; raises NotFound or Forbidden."""
        key = ChannelKey(message.process_id, message.name)
        news = asyncio.Event()
        with ExitStack() as listening:
            # Listen before looking: what happens in between must not be lost.
            appended = ChannelAppended(*key).topic
            listening.enter_context(self._events.subscribe(ChannelAppended, lambda _: news.set(), topic=appended))
            changed = self._events.subscribe(ProcessChanged, lambda _: news.set(), topic=key.process_id)
            listening.enter_context(changed)
            listening.enter_context(self._events.subscribe(ColonyRemoved, lambda _: news.set()))
            listening.enter_context(self._events.subscribe(EventsMissed, lambda _: news.set()))
            caller = await self._access.identify(caller_id)
            await member_somewhere(self._access, caller, message)
            await self._channels.check_follower(caller, key)
            yield self._frames(caller_id, key, message, news)

    async def _frames(
        self, caller_id: str, key: ChannelKey, message: SubscribeChannel, news: asyncio.Event
    ) -> AsyncGenerator[bytes, None]:
        until = end_after(message.timeout or _DEFAULT_SECONDS)
        position = max(message.after_seq, 0)
        while True:
            news.clear()
            page = await self._channels.read_on(await self._access.identify(caller_id), key, position)
            if page.entries:
                yield _frame(page.entries)
                position += len(page.entries)
            elif page.is_over:
                yield _frame([])
                return
            elif asyncio.get_running_loop().time() >= until:
                yield _frame([])
                await asyncio.sleep(_LINGER_SECONDS)
                return
            else:
                await _wait(news, until)


def _frame(entries: list[EntryRecord]) -> bytes:
    return encode_reply(SubscribeChannel.payload_type, entry_list_json(entries))


async def _wait(news: asyncio.Event, until: float) -> None:
    recheck = asyncio.get_running_loop().time() + _RECHECK_SECONDS
    try:
        async with asyncio.timeout_at(min(until, recheck)):
            await news.wait()
    except TimeoutError:
        return
