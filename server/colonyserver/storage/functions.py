"""Statements about the functions that executors offer."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update
from sqlmodel import col

from colonysdk.objects import Function as WireFunction
from colonysdk.objects import FunctionArgument
from colonyserver.storage.tables import Function

_arguments = TypeAdapter(list[FunctionArgument])

_NO_STATISTICS = {
    "counter": 0,
    "min_wait_time": 0.0,
    "max_wait_time": 0.0,
    "total_wait_time": 0.0,
    "min_exec_time": 0.0,
    "max_exec_time": 0.0,
    "total_exec_time": 0.0,
}


def add_function(connection: Connection, function: WireFunction) -> None:
    """Insert a function, its statistics at zero."""
    key = {
        "function_id": function.function_id,
        "colony_name": function.colony_name,
        "executor_name": function.executor_name,
        "func_name": function.func_name,
    }
    connection.execute(insert(Function).values({**key, **_described(function), **_NO_STATISTICS}))


def describe_function(connection: Connection, function: WireFunction) -> None:
    """Replace what is said about a function; its statistics stay."""
    own = col(Function.function_id) == function.function_id
    connection.execute(update(Function).where(own).values(_described(function)))


def find_function(connection: Connection, function_id: str) -> WireFunction | None:
    """The function of an id."""
    return _first(connection, col(Function.function_id) == function_id)


def find_function_by_name(
    connection: Connection, colony_name: str, executor_name: str, func_name: str
) -> WireFunction | None:
    """The function of a name that an executor offers."""
    return _first(
        connection,
        col(Function.colony_name) == colony_name,
        col(Function.executor_name) == executor_name,
        col(Function.func_name) == func_name,
    )


def list_functions(connection: Connection, colony_name: str, executor_name: str) -> list[WireFunction]:
    """The functions of an executor, or of a whole colony for an empty name."""
    query = select(Function).where(col(Function.colony_name) == colony_name)
    if executor_name:
        query = query.where(col(Function.executor_name) == executor_name)
    query = query.order_by(col(Function.executor_name), col(Function.func_name))
    return [_function(row) for row in connection.execute(query)]


def remove_function(connection: Connection, function_id: str) -> None:
    """Delete a function."""
    connection.execute(delete(Function).where(col(Function.function_id) == function_id))


def remove_functions_of(connection: Connection, colony_name: str, executor_name: str) -> None:
    """Delete every function of an executor."""
    own = (col(Function.colony_name) == colony_name, col(Function.executor_name) == executor_name)
    connection.execute(delete(Function).where(*own))


def _first(connection: Connection, *conditions: ColumnElement[bool]) -> WireFunction | None:
    row = connection.execute(select(Function).where(*conditions)).first()
    return _function(row) if row else None


def _described(function: WireFunction) -> dict[str, Any]:
    return {
        "executor_type": function.executor_type,
        "description": function.description,
        "args_json": _arguments.dump_json(function.args or []).decode(),
        "location_name": function.location_name,
    }


def _function(row: Row[Function]) -> WireFunction:
    columns = row._mapping
    counted = max(columns["counter"], 1)
    return WireFunction(
        function_id=columns["function_id"],
        executor_name=columns["executor_name"],
        executor_type=columns["executor_type"],
        colony_name=columns["colony_name"],
        func_name=columns["func_name"],
        description=columns["description"],
        args=_arguments.validate_json(columns["args_json"]),
        counter=columns["counter"],
        min_wait_time=columns["min_wait_time"],
        max_wait_time=columns["max_wait_time"],
        min_exec_time=columns["min_exec_time"],
        max_exec_time=columns["max_exec_time"],
        avg_wait_time=columns["total_wait_time"] / counted,
        avg_exec_time=columns["total_exec_time"] / counted,
        location_name=columns["location_name"],
    )
