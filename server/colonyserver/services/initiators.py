"""Initiators: in whose name processes are submitted that nobody submits by hand."""

from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ExecutorState
from colonyserver.access import NOT_A_MEMBER, Caller
from colonyserver.errors import Forbidden
from colonyserver.storage.colonies import find_colony
from colonyserver.storage.executors import find_executor, find_executors_by_id
from colonyserver.storage.users import find_user, find_user_by_id

OWNER_NAME = "colony:owner"
"""The owner of a colony as an initiator; no member can have this name, which holds a colon."""


class Initiator(NamedTuple):
    """An identity and its name in the colony."""

    id: str
    name: str


def initiator_of(caller: Caller, colony_name: str) -> Initiator:
    """The caller as an initiator; raises Forbidden unless it is an approved member or the owner of the colony."""
    member = caller.members.get(colony_name)
    if member is not None and member.approved:
        return Initiator(member.id, member.name)
    if colony_name in caller.owned_colonies:
        return Initiator(caller.id, OWNER_NAME)
    raise Forbidden(NOT_A_MEMBER)


def current_initiator(connection: Connection, colony_name: str, initiator: Initiator) -> Initiator | None:
    """An initiator as it is now, None when it has left the colony.

    Its key may have changed, or another member may have taken its name over.
    """
    if initiator.name == OWNER_NAME:
        colony = find_colony(connection, colony_name)
        return Initiator(colony.colony_id, OWNER_NAME) if colony else None
    user = find_user_by_id(connection, colony_name, initiator.id) or find_user(connection, colony_name, initiator.name)
    if user is not None:
        return Initiator(user.user_id, user.name)
    executors = [
        *find_executors_by_id(connection, initiator.id),
        find_executor(connection, colony_name, initiator.name),
    ]
    for executor in executors:
        if executor and executor.colony_name == colony_name and executor.state == ExecutorState.APPROVED:
            return Initiator(executor.executor_id, executor.executor_name)
    return None
