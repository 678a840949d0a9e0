"""This server among those that share its database; on SQLite it is the only one."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from colonyserver.background.supervisor import Loop
from colonyserver.events import Events
from colonyserver.servers.duties import Duty, DutyLocks, OwnDutyLocks
from colonyserver.storage.backend import Backend


class Cluster:
    """What the servers do together: exchange events, and share the duties out."""

    def __init__(self, locks: DutyLocks, exchanges: list[Loop]) -> None:
        self._locks = locks
        self._exchanges = exchanges

    def loops(self, duties: Iterable[Loop]) -> list[Loop]:
        """What to run here: each duty when it falls to this server, and the exchange of events."""
        return [*(Duty(loop, self._locks) for loop in duties), *self._exchanges]


@asynccontextmanager
async def join_cluster(backend: Backend, events: Events) -> AsyncIterator[Cluster]:
    """Take part until the end of the block; from then on the duties are free for others."""
    if not backend.is_shared:
        yield Cluster(OwnDutyLocks(), [])
        return
    # psycopg takes long to load, and who has a SQLite file never needs it.
    from colonyserver.servers.exchange import EventExchange
    from colonyserver.servers.postgresql_duties import PostgresqlDutyLocks

    locks = PostgresqlDutyLocks(backend.conninfo)
    try:
        yield Cluster(locks, [EventExchange(backend.conninfo, events)])
    finally:
        await locks.close()
