"""The members of a workflow in one call (extension `workflowmembers`)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.access import Caller
from colonyserver.errors import Invalid, NotFound
from colonyserver.storage.database import Database
from colonyserver.storage.json_text import json_string
from colonyserver.storage.workflow_members import MemberRecord, colony_of_workflow, list_members

MAX_COUNT = 1000

_CURSOR = re.compile(r"[0-9A-Za-z-]{1,64}")


class MemberPage(NamedTuple):
    """Some members; `cursor` is empty after the last of them."""

    members: Sequence[MemberRecord]
    cursor: str

    def to_json(self) -> bytes:
        """The wire JSON of WorkflowMembers."""
        members = b",".join([member.to_json() for member in self.members])
        return b'{"members":[' + members + b'],"cursor":' + json_string(self.cursor).encode() + b"}"


class WorkflowMemberService:
    """Lists members."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, caller: Caller, workflow_id: str, *, count: int, cursor: str) -> MemberPage:
        """The next members.

        Raises NotFound (wire: 404) for a workflow without members, Forbidden unless the caller is an approved member of
        its colony, Invalid for a count or cursor that cannot be.
        """
        if not 1 <= count <= MAX_COUNT:
            raise Invalid(f"The count must be 1 to {MAX_COUNT}")
        if cursor and not _CURSOR.fullmatch(cursor):
            raise Invalid("The cursor is none that this server has given; leave it out to start from the first member")

        def query(connection: Connection) -> MemberPage:
            colony_name = colony_of_workflow(connection, workflow_id)
            if colony_name is None:
                raise NotFound("Failed to get workflow members, workflow not found")
            caller.approved_member(colony_name)
            members = list_members(connection, workflow_id, cursor, count + 1)
            is_more = len(members) > count
            return MemberPage(members[:count], members[count - 1].process_id if is_more else "")

        return await self._database.read(query)
