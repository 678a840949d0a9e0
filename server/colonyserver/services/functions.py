"""Functions: what an executor says it can do."""

from hashlib import sha3_256
from uuid import uuid4

from sqlalchemy import Connection

from colonysdk.objects import Function
from colonyserver.access import Caller, Member
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.services.names import check_name, check_text
from colonyserver.storage import executors, functions
from colonyserver.storage.database import Database


class FunctionService:
    """Registers, lists and removes functions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, member: Member, function: Function) -> Function:
        """Register a function of the calling executor, or describe the one of that name anew.

        Raises Invalid, NotFound (wire: 400) for an unknown executor, Forbidden for another one, Conflict for the id.
        """
        check_name(function.executor_name, "executor name")
        check_text(function.func_name, "function name")
        check_text(function.function_id, "function id")

        def unit(connection: Connection) -> str:
            _refuse_others(connection, member, function.executor_name)
            known = functions.find_function_by_name(
                connection, member.colony_name, function.executor_name, function.func_name
            )
            own = {
                "function_id": known.function_id if known else function.function_id or _new_id(),
                "executor_type": member.executor_type,
                "location_name": member.location_name,
            }
            described = function.model_copy(update=own)
            if known:
                functions.describe_function(connection, described)
            elif functions.find_function(connection, described.function_id):
                raise Conflict(f"Function with id <{described.function_id}> already exists")
            else:
                functions.add_function(connection, described)
            return described.function_id

        function_id = await self._database.write(unit)
        return await self._database.read(lambda connection: _find(connection, function_id))

    async def all(self, colony_name: str, executor_name: str) -> list[Function]:
        """The functions of an executor, or of the whole colony for an empty name."""
        return await self._database.read(
            lambda connection: functions.list_functions(connection, colony_name, executor_name)
        )

    async def remove(self, caller: Caller, function_id: str) -> None:
        """Remove a function of the calling executor; raises Invalid without an id, NotFound, Forbidden for others."""
        if not function_id:
            raise Invalid("Failed to remove function, functionid is empty")

        def unit(connection: Connection) -> None:
            function = _find(connection, function_id)
            member = caller.approved_member(function.colony_name)
            if not member.is_executor or member.name != function.executor_name:
                raise Forbidden("Failed to remove function, not allowed to remove a function of another executor")
            functions.remove_function(connection, function_id)

        await self._database.write(unit)


def _refuse_others(connection: Connection, member: Member, executor_name: str) -> None:
    if member.is_executor and member.name == executor_name:
        return
    if executors.find_executor(connection, member.colony_name, executor_name) is None:
        raise NotFound("Failed to add function, executor not found", status=400)
    raise Forbidden("Failed to add function, not allowed to add a function to another executor")


def _find(connection: Connection, function_id: str) -> Function:
    function = functions.find_function(connection, function_id)
    if function is None:
        raise NotFound("Failed to get function, function not found")
    return function


def _new_id() -> str:
    """An id as the reference makes them: SHA3-256 over a random UUID."""
    return sha3_256(str(uuid4()).encode()).hexdigest()
