"""Statements about executors."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update
from sqlmodel import col

from colonysdk.objects import Allocations, Capabilities, ExecutorState, ProcessState
from colonysdk.objects import Executor as WireExecutor
from colonyserver.storage.tables import Executor, Process
from colonyserver.storage.times import to_datetime, to_nanoseconds


def add_executor(connection: Connection, executor: WireExecutor) -> None:
    """Insert an executor with everything it was given."""
    key = {"colony_name": executor.colony_name, "name": executor.executor_name}
    connection.execute(insert(Executor).values({**key, **_columns(executor)}))


def replace_executor(connection: Connection, executor: WireExecutor) -> None:
    """Overwrite the executor of the same name."""
    own = _named(executor.colony_name, executor.executor_name)
    connection.execute(update(Executor).where(*own).values(_columns(executor)))


def find_executor(connection: Connection, colony_name: str, name: str) -> WireExecutor | None:
    """The executor of a name, in any state."""
    row = connection.execute(select(Executor).where(*_named(colony_name, name))).first()
    return _executor(row) if row else None


def find_executors_by_id(connection: Connection, executor_id: str) -> list[WireExecutor]:
    """The executors of an identity: one that is registered in each colony at most, then unregistered ones."""
    is_unregistered = col(Executor.state) == int(ExecutorState.UNREGISTERED)
    query = select(Executor).where(col(Executor.executor_id) == executor_id).order_by(is_unregistered)
    return [_executor(row) for row in connection.execute(query)]


def list_executors(connection: Connection, colony_name: str) -> list[WireExecutor]:
    """The executors of a colony in every state, by name."""
    query = select(Executor).where(col(Executor.colony_name) == colony_name).order_by(col(Executor.name))
    return [_executor(row) for row in connection.execute(query)]


def set_executor_state(connection: Connection, colony_name: str, name: str, state: ExecutorState) -> None:
    """Approve, reject or unregister an executor."""
    connection.execute(update(Executor).where(*_named(colony_name, name)).values(state=int(state)))


def set_capabilities(connection: Connection, colony_name: str, name: str, capabilities: Capabilities) -> None:
    """Replace what an executor announces."""
    values = {"capabilities_json": capabilities.to_json().decode()}
    connection.execute(update(Executor).where(*_named(colony_name, name)).values(values))


def set_allocations(connection: Connection, colony_name: str, name: str, allocations: Allocations) -> None:
    """Replace what an executor reports about its projects."""
    values = {"allocations_json": allocations.to_json().decode()}
    connection.execute(update(Executor).where(*_named(colony_name, name)).values(values))


def change_executor_id(connection: Connection, colony_name: str, name: str, new_id: str) -> None:
    """Give an executor another identity, and with it the processes it is running."""
    connection.execute(update(Executor).where(*_named(colony_name, name)).values(executor_id=new_id))
    running = (
        col(Process.colony_name) == colony_name,
        col(Process.state) == int(ProcessState.RUNNING),
        col(Process.executor_name) == name,
    )
    connection.execute(update(Process).where(*running).values(executor_id=new_id))


def _named(colony_name: str, name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Executor.colony_name) == colony_name, col(Executor.name) == name


def _columns(executor: WireExecutor) -> dict[str, Any]:
    return {
        "executor_id": executor.executor_id,
        "executor_type": executor.executor_type,
        "state": int(executor.state),
        "requires_function_registration": executor.require_func_reg,
        "commissioned_at": to_nanoseconds(executor.commission_time),
        "last_heard_at": to_nanoseconds(executor.last_heard_from_time),
        "location_name": executor.location_name,
        "capabilities_json": executor.capabilities.to_json().decode(),
        "allocations_json": executor.allocations.to_json().decode(),
        "blueprint_id": executor.blueprint_id,
        "blueprint_generation": executor.blueprint_gen,
    }


def _executor(row: Row[Executor]) -> WireExecutor:
    columns = row._mapping
    return WireExecutor(
        executor_id=columns["executor_id"],
        executor_type=columns["executor_type"],
        executor_name=columns["name"],
        colony_name=columns["colony_name"],
        state=ExecutorState(columns["state"]),
        require_func_reg=columns["requires_function_registration"],
        commission_time=to_datetime(columns["commissioned_at"]),
        last_heard_from_time=to_datetime(columns["last_heard_at"]),
        location_name=columns["location_name"],
        capabilities=Capabilities.from_json(columns["capabilities_json"]),
        allocations=Allocations.from_json(columns["allocations_json"]),
        blueprint_id=columns["blueprint_id"],
        blueprint_gen=columns["blueprint_generation"],
    )
