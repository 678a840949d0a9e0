"""The server itself, its colonies and who belongs to them."""

from sqlalchemy import BigInteger, Index, SmallInteger, Text
from sqlmodel import Field, SQLModel

from colonyserver.storage.tables.partial import partial


class Server(SQLModel, table=True):
    """The single row about this installation, made by the first migration."""

    id: int = Field(primary_key=True, sa_type=SmallInteger, sa_column_kwargs={"autoincrement": False})
    owner_id: str = Field(default="", sa_type=Text)
    checked_at: int = Field(default=0, sa_type=BigInteger)
    """When a health check last wrote to the database."""


class Colony(SQLModel, table=True):
    """A colony, known by its name; `owner_id` is the identity that may administer it."""

    name: str = Field(primary_key=True, sa_type=Text)
    owner_id: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    is_paused: bool = False


class User(SQLModel, table=True):
    """A person of a colony."""

    __table_args__ = (Index("user_by_identity", "user_id", "colony_name", unique=True),)

    colony_name: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=Text)
    user_id: str = Field(sa_type=Text)
    email: str = Field(default="", sa_type=Text)
    phone: str = Field(default="", sa_type=Text)


class Executor(SQLModel, table=True):
    """An executor of a colony; `state` is an `ExecutorState`. A removed executor keeps its row as UNREGISTERED."""

    __table_args__ = (
        Index("executor_by_identity", "executor_id", "colony_name"),
        Index("executor_is_unique", "colony_name", "executor_id", unique=True, **partial("state <> 3")),
    )

    colony_name: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=Text)
    executor_id: str = Field(sa_type=Text)
    executor_type: str = Field(sa_type=Text)
    state: int = Field(default=0, sa_type=SmallInteger)
    requires_function_registration: bool = False
    commissioned_at: int | None = Field(default=None, sa_type=BigInteger)
    last_heard_at: int | None = Field(default=None, sa_type=BigInteger)
    location_name: str = Field(default="", sa_type=Text)
    capabilities_json: str = Field(sa_type=Text)
    allocations_json: str = Field(sa_type=Text)
    blueprint_id: str = Field(default="", sa_type=Text)
    blueprint_generation: int = Field(default=0, sa_type=BigInteger)


class Function(SQLModel, table=True):
    """A function that an executor offers, with the statistics of its successful processes in seconds."""

    __table_args__ = (Index("function_by_name", "colony_name", "executor_name", "func_name"),)

    function_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    executor_name: str = Field(sa_type=Text)
    executor_type: str = Field(default="", sa_type=Text)
    func_name: str = Field(sa_type=Text)
    description: str = Field(default="", sa_type=Text)
    args_json: str = Field(default="[]", sa_type=Text)
    location_name: str = Field(default="", sa_type=Text)
    counter: int = Field(default=0, sa_type=BigInteger)
    min_wait_time: float = 0.0
    max_wait_time: float = 0.0
    total_wait_time: float = 0.0
    min_exec_time: float = 0.0
    max_exec_time: float = 0.0
    total_exec_time: float = 0.0
    """The wire's averages are `total_* / counter`."""
