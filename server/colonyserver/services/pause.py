"""Pause: a colony whose owner has stopped the handing out of processes; it lasts over restarts."""

from sqlalchemy import Connection

from colonyserver.events import Events, PauseChanged
from colonyserver.storage import colonies
from colonyserver.storage.database import Database


class PauseService:
    """Stops and resumes assignments, colony by colony."""

    def __init__(self, database: Database, events: Events) -> None:
        self._database = database
        self._events = events

    async def pause(self, colony_name: str) -> None:
        """Hand out no more processes of a colony; submits, closes and deadlines go on."""
        await self._set(colony_name, is_paused=True)

    async def resume(self, colony_name: str) -> None:
        """Hand out the processes of a colony again, also to executors that are waiting now."""
        await self._set(colony_name, is_paused=False)

    async def is_paused(self, colony_name: str) -> bool:
        """Whether a colony hands out no processes."""
        return await self._database.read(lambda connection: colonies.is_paused(connection, colony_name))

    async def _set(self, colony_name: str, *, is_paused: bool) -> None:
        def unit(connection: Connection) -> None:
            colonies.set_paused(connection, colony_name, is_paused=is_paused)

        await self._database.write(unit)
        self._events.publish(PauseChanged(colony_name, is_paused))
