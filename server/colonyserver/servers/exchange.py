"""The exchange of events between the servers of one PostgreSQL database, by LISTEN and NOTIFY.

Events are sent after the commit that they tell of, so a server that is killed in between never sends them. Therefore
each server supposes every few seconds that it has missed something, as it does whenever its connection was lost.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from colonyserver.events import Event, Events, EventsMissed
from colonyserver.servers.event_text import decode_events, encode_events

_CHANNEL = "colony_events"
_HELLO = "hello"
_LISTENERS_LOCK = 7_305_808_870
"""Number of the advisory lock that every server shares which listens; who holds it is there to be told."""

_RECHECK_SECONDS = 10.0
_FIRST_RECHECK_SECONDS = 1.0
"""When a server is new, the others do not know of it yet, and tell it nothing."""

_SEND_INTERVAL_SECONDS = 0.002
"""What happens within this time is sent together."""

_MOST_WAITING = 50_000

_LISTEN = f"LISTEN {_CHANNEL}; SELECT pg_advisory_lock_shared({_LISTENERS_LOCK})"
_SEND = (
    f"SELECT pg_notify('{_CHANNEL}', text) FROM unnest($1::text[]) WITH ORDINALITY AS told(text, place) ORDER BY place"
)
_COUNT = f"""
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND datname = current_database() AND granted
    AND (classid::bigint << 32) + objid::bigint = {_LISTENERS_LOCK}
"""


class EventExchange:
    """Sends what is published on this server, and publishes here what others send."""

    def __init__(self, conninfo: str, events: Events) -> None:
        self._conninfo = conninfo
        self._events = events
        self._outbox: list[Event] = []
        self._has_news = asyncio.Event()
        self._has_peers = True
        self._was_greeted = False
        self._sender_pid = 0
        events.forward(self._send_later)

    async def run(self) -> None:
        """Go on until cancelled; raises when the database is lost, and may be called again then."""
        async with self._connection() as listener, self._connection() as sender:
            self._sender_pid = sender.info.backend_pid
            await listener.execute(_LISTEN)
            self._events.publish_here(EventsMissed())
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._receive(listener))
                    tasks.create_task(self._send(sender))
                    tasks.create_task(self._recheck())
            except ExceptionGroup as group:
                raise group.exceptions[0] from group

    async def _receive(self, listener: "psycopg.AsyncConnection[Any]") -> None:
        async for message in listener.notifies():
            if message.pid == self._sender_pid:
                continue
            if message.payload == _HELLO:
                self._has_peers = self._was_greeted = True
                continue
            for event in decode_events(message.payload):
                self._events.publish_here(event)
        raise ConnectionError("the database ended the connection")

    async def _send(self, sender: "psycopg.AsyncConnection[Any]") -> None:
        await _notify(sender, [_HELLO])
        counted_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            if loop.time() - counted_at >= _RECHECK_SECONDS:
                counted_at = loop.time()
                self._was_greeted = False
                count = await _count_listeners(sender)
                self._has_peers = count > 1 or self._was_greeted
            await self._news()
            outbox, self._outbox = self._outbox, []
            if not outbox or not self._has_peers:
                continue
            try:
                await _notify(sender, [*encode_events(outbox)])
            except psycopg.Error:
                self._outbox.insert(0, EventsMissed())
                raise
            await asyncio.sleep(_SEND_INTERVAL_SECONDS)

    async def _recheck(self) -> None:
        await asyncio.sleep(_FIRST_RECHECK_SECONDS)
        while True:
            self._events.publish_here(EventsMissed())
            await asyncio.sleep(_RECHECK_SECONDS)

    async def _news(self) -> None:
        """Return when there is something to send, or when it is time to count the other servers."""
        self._has_news.clear()
        if self._outbox:
            return
        try:
            async with asyncio.timeout(_RECHECK_SECONDS):
                await self._has_news.wait()
        except TimeoutError:
            return

    def _send_later(self, event: Event) -> None:
        if not self._has_peers:
            return
        # While the database is away, others will have to look for themselves.
        if len(self._outbox) >= _MOST_WAITING:
            self._outbox = [EventsMissed()]
        self._outbox.append(event)
        self._has_news.set()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator["psycopg.AsyncConnection[Any]"]:
        connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        try:
            yield connection
        finally:
            await connection.close()


async def _notify(sender: "psycopg.AsyncConnection[Any]", texts: list[str]) -> None:
    await psycopg.AsyncRawCursor(sender).execute(_SEND, [texts])


async def _count_listeners(sender: "psycopg.AsyncConnection[Any]") -> int:
    row = await (await sender.execute(_COUNT)).fetchone()
    return int(row[0]) if row else 0
