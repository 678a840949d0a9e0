"""Subscriptions to everything that happens in a colony (extension `events`).

The first frame comes at once, so that a subscriber knows from where on it hears everything. Later ones hold what
happened since the one before, at most one in every 20 ms.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from colonysdk.envelope import encode_reply
from colonysdk.messages import SubscribeEvents
from colonyserver.access import Access
from colonyserver.errors import Forbidden
from colonyserver.gateway.sources import Source, end_after
from colonyserver.services.colony_events import ColonyEventService
from colonyserver.services.event_ring import EventRing, Followed
from colonyserver.storage.json_text import json_boolean, json_string

_PAUSE_SECONDS = 0.02


class ColonyEventSource(Source[SubscribeEvents]):
    """The events of one colony, for its members."""

    message_type = SubscribeEvents

    def __init__(self, events: ColonyEventService, access: Access) -> None:
        self._events = events
        self._access = access

    @asynccontextmanager
    async def open(self, caller_id: str, message: SubscribeEvents) -> AsyncIterator[AsyncGenerator[bytes, None]]:
        """Follow a colony; raises Forbidden."""
        await self._check(caller_id, message.colony_name)
        with self._events.follow(message.colony_name) as ring:
            yield self._frames(caller_id, message, ring)

    async def _frames(self, caller_id: str, message: SubscribeEvents, ring: EventRing) -> AsyncGenerator[bytes, None]:
        until = end_after(message.timeout)
        known = self._events.number_of(message.cursor)
        number = ring.last if known is None else known
        missed = bool(message.cursor) and known is None
        is_first = True
        while True:
            # Whoever may not listen any more hears nothing, not even what happened before.
            await self._check(caller_id, message.colony_name)
            events = ring.after(number)
            if events is None:
                missed, events, number = True, (), ring.last
            else:
                number = events[-1].number if events else number
            wanted = [one for one in events if not message.mine or one.executor_id == caller_id]
            if wanted or missed or is_first:
                yield self._frame(number, wanted, missed=missed)
                missed = is_first = False
                await asyncio.sleep(_PAUSE_SECONDS)
            if not await ring.beyond(number, until):
                return

    def _frame(self, number: int, events: Sequence[Followed], *, missed: bool) -> bytes:
        cursor = json_string(self._events.cursor(number)).encode()
        listed = b",".join([one.event_json for one in events])
        body = b'{"cursor":%b,"missed":%b,"events":[%b]}' % (cursor, json_boolean(missed).encode(), listed)
        return encode_reply(SubscribeEvents.payload_type, body)

    async def _check(self, caller_id: str, colony_name: str) -> None:
        member = (await self._access.identify(caller_id)).members.get(colony_name)
        if member is None or not member.approved:
            raise Forbidden(f"Access denied, not a member of Colony with name <{colony_name}>")
