"""Everything that one key is on this server, in one read."""

from sqlalchemy import Connection

from colonysdk.objects import ExecutorState
from colonyserver.access import Caller, Member
from colonyserver.storage.colonies import find_colony
from colonyserver.storage.database import Database
from colonyserver.storage.driver import fetch
from colonyserver.storage.server_owner import find_server_owner

_EXECUTORS = """
    SELECT colony_name, name, executor_type, location_name, state FROM executor WHERE executor_id = ?
    ORDER BY state = 3 DESC
"""


class StoredDirectory:
    """The directory of the access rules, over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def caller(self, caller_id: str) -> Caller:
        """Everything that a key is."""
        return await self._database.read(lambda connection: _caller(connection, caller_id))

    async def colony_exists(self, colony_name: str) -> bool:
        """Whether there is a colony of this name."""
        return await self._database.read(lambda connection: find_colony(connection, colony_name)) is not None


def _caller(connection: Connection, caller_id: str) -> Caller:
    owned = fetch(connection, "SELECT name FROM colony WHERE owner_id = ?", (caller_id,))
    return Caller(
        id=caller_id,
        owns_server=find_server_owner(connection) == caller_id,
        owned_colonies=frozenset(name for (name,) in owned),
        members={member.colony_name: member for member in _members(connection, caller_id)},
    )


def _members(connection: Connection, caller_id: str) -> list[Member]:
    """The memberships of a key; of several in one colony, the one with the most rights comes last."""
    users = fetch(connection, 'SELECT colony_name, name FROM "user" WHERE user_id = ?', (caller_id,))
    executors = [
        Member(
            id=caller_id,
            colony_name=colony_name,
            name=name,
            approved=state == ExecutorState.APPROVED,
            is_executor=True,
            executor_type=executor_type,
            location_name=location_name,
        )
        for colony_name, name, executor_type, location_name, state in fetch(connection, _EXECUTORS, (caller_id,))
    ]
    return [
        *(executor for executor in executors if not executor.approved),
        *(Member(caller_id, colony_name, name) for colony_name, name in users),
        *(executor for executor in executors if executor.approved),
    ]
