"""Who owns the server: the one identity that may add and remove colonies."""

from sqlalchemy import Connection

from colonyserver.errors import Invalid
from colonyserver.events import Events, MembershipChanged
from colonyserver.services.names import check_identity
from colonyserver.storage.database import Database
from colonyserver.storage.server_owner import find_server_owner, set_server_owner


class ServerOwnerService:
    """Knows the server's owner."""

    def __init__(self, database: Database, events: Events) -> None:
        self._database = database
        self._events = events

    async def current(self) -> str:
        """The identity of the owner, empty before the first one is set."""
        return await self._database.read(find_server_owner)

    async def change(self, owner_id: str) -> None:
        """Give the server to another identity; raises Invalid."""
        if not owner_id:
            raise Invalid("The server id is empty")
        check_identity(owner_id, "server id")

        def unit(connection: Connection) -> str:
            former = find_server_owner(connection)
            set_server_owner(connection, owner_id)
            return former

        former = await self._database.write(unit)
        self._events.publish(MembershipChanged(former, ""))
        self._events.publish(MembershipChanged(owner_id, ""))
