"""Everything that one key is on this server, in one read."""

from sqlalchemy import Connection, select
from sqlmodel import col

from colonysdk.objects import ExecutorState
from colonyserver.access import Caller, Member
from colonyserver.storage.database import Database
from colonyserver.storage.server_owner import find_server_owner
from colonyserver.storage.tables import Colony, Executor, User


class StoredDirectory:
    """The directory of the access rules, over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def caller(self, caller_id: str) -> Caller:
        """Everything that a key is."""
        return await self._database.read(lambda connection: _caller(connection, caller_id))

    async def colony_exists(self, colony_name: str) -> bool:
        """Whether there is a colony of this name."""
        query = select(col(Colony.name)).where(col(Colony.name) == colony_name)
        return await self._database.read(lambda connection: connection.execute(query).first() is not None)


def _caller(connection: Connection, caller_id: str) -> Caller:
    owned = connection.execute(select(col(Colony.name)).where(col(Colony.owner_id) == caller_id)).scalars()
    return Caller(
        id=caller_id,
        owns_server=find_server_owner(connection) == caller_id,
        owned_colonies=frozenset(owned),
        members={member.colony_name: member for member in _members(connection, caller_id)},
    )


def _members(connection: Connection, caller_id: str) -> list[Member]:
    """The memberships of a key; of several in one colony, the one with the most rights comes last."""
    users = select(col(User.colony_name), col(User.name)).where(col(User.user_id) == caller_id)
    executors = select(
        col(Executor.colony_name),
        col(Executor.name),
        col(Executor.executor_type),
        col(Executor.location_name),
        col(Executor.state),
    ).where(col(Executor.executor_id) == caller_id)
    waiting: list[Member] = []
    approved: list[Member] = []
    is_unregistered = col(Executor.state) == int(ExecutorState.UNREGISTERED)
    for row in connection.execute(executors.order_by(is_unregistered.desc())):
        is_approved = row.state == ExecutorState.APPROVED
        (approved if is_approved else waiting).append(
            Member(
                id=caller_id,
                colony_name=row.colony_name,
                name=row.name,
                approved=is_approved,
                is_executor=True,
                executor_type=row.executor_type,
                location_name=row.location_name,
            )
        )
    return [*waiting, *(Member(caller_id, row.colony_name, row.name) for row in connection.execute(users)), *approved]
