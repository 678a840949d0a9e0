"""Processes, the queue of those that can be assigned, and what belongs to them."""

from sqlalchemy import BigInteger, Index, Integer, SmallInteger, Text
from sqlmodel import Field, SQLModel

from colonyserver.storage.tables.partial import partial

_LONG_ID = BigInteger().with_variant(Integer(), "sqlite")
"""Numbered by the database; SQLite does so for a column of this name only."""


class Process(SQLModel, table=True):
    """A process: what was asked for, where it stands and what came out.

    `rank` is the place in the listing of its state: priority time while WAITING, start while RUNNING, end afterwards.
    `due_at` is the one deadline that counts now: the wait deadline while WAITING, the execution deadline while RUNNING.

    RUNNING rows (state 1) are few, so they are in no index of a value: looking through them costs less than to put each
    process into five indexes when it is assigned and to take it out when it is closed.
    """

    __table_args__ = (
        Index("process_by_rank", "colony_name", "state", "rank"),
        Index("process_by_type", "colony_name", "state", "executor_type", "rank", **partial("state <> 1")),
        Index("process_by_initiator", "colony_name", "state", "initiator_name", "rank", **partial("state <> 1")),
        Index(
            "process_by_label", "colony_name", "state", "label", "rank", **partial("label IS NOT NULL AND state <> 1")
        ),
        Index("process_by_function", "colony_name", "state", "func_name", "rank", **partial("state <> 1")),
        Index(
            "process_by_executor",
            "colony_name",
            "state",
            "executor_name",
            "rank",
            **partial("executor_name <> '' AND state <> 1"),
        ),
        Index("process_by_due", "due_at", **partial("due_at IS NOT NULL")),
        Index("process_by_workflow", "workflow_id", **partial("workflow_id IS NOT NULL")),
    )

    process_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    state: int = Field(default=0, sa_type=SmallInteger)
    rank: int = Field(sa_type=BigInteger)
    due_at: int | None = Field(default=None, sa_type=BigInteger)
    executor_type: str = Field(sa_type=Text)
    initiator_name: str = Field(sa_type=Text)
    initiator_id: str = Field(sa_type=Text)
    label: str | None = Field(default=None, sa_type=Text)
    node_name: str = Field(default="", sa_type=Text)
    """Its name among the members of its workflow."""
    func_name: str = Field(sa_type=Text)
    location_name: str = Field(default="", sa_type=Text)
    executor_id: str = Field(default="", sa_type=Text)
    executor_name: str = Field(default="", sa_type=Text)
    is_assigned: bool = False
    priority_time: int = Field(sa_type=BigInteger)
    submitted_at: int = Field(sa_type=BigInteger)
    started_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    wait_deadline: int | None = Field(default=None, sa_type=BigInteger)
    exec_deadline: int | None = Field(default=None, sa_type=BigInteger)
    retries: int = 0
    max_wait_time: int = Field(default=0, sa_type=BigInteger)
    max_exec_time: int = Field(default=0, sa_type=BigInteger)
    max_retries: int = Field(default=0, sa_type=BigInteger)
    cpu: int = Field(default=0, sa_type=BigInteger)
    mem: int = Field(default=0, sa_type=BigInteger)
    shape_ids_json: str = Field(default="[]", sa_type=Text)
    """The queue rows of this process: one per shape, under its priority time."""
    attribute_count: int = 0
    wait_for_parents: bool = False
    workflow_id: str | None = Field(default=None, sa_type=Text)
    parents_json: str = Field(default="[]", sa_type=Text)
    children_json: str = Field(default="[]", sa_type=Text)
    spec_json: str = Field(sa_type=Text)
    input_json: str = Field(default="[]", sa_type=Text)
    output_json: str = Field(default="[]", sa_type=Text)
    errors_json: str = Field(default="[]", sa_type=Text)


class Queue(SQLModel, table=True):
    """The assignable processes: WAITING, not held back by parents; one row for each shape it can be taken under."""

    __table_args__ = {"sqlite_with_rowid": False}

    shape_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    priority_time: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    process_id: str = Field(primary_key=True, sa_type=Text)
    cpu: int = Field(sa_type=BigInteger)
    mem: int = Field(sa_type=BigInteger)


class Shape(SQLModel, table=True):
    """What a group of processes asks of an executor; immutable, its id is a hash of the other columns.

    `target` is the one executor name it is meant for, or empty; locations are in lower case. An exact shape has equal
    bounds; a class shape covers `least..most` of cpu (millicores) and memory (bytes), and its queue rows are compared
    one by one where an executor has room for some of them only.
    """

    __table_args__ = (Index("shape_by_use", "used_at"),)

    shape_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    colony_name: str = Field(sa_type=Text)
    executor_type: str = Field(sa_type=Text)
    target: str = Field(sa_type=Text)
    location_name: str = Field(sa_type=Text)
    least_cpu: int = Field(sa_type=BigInteger)
    most_cpu: int = Field(sa_type=BigInteger)
    least_mem: int = Field(sa_type=BigInteger)
    most_mem: int = Field(sa_type=BigInteger)
    used_at: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """When a server last made sure that it is there, in Unix milliseconds of the database's clock; only where several
    servers may share the table.
    """


class Counter(SQLModel, table=True):
    """How many processes (kind 0) or workflows (1) of a colony are in a state, one row per server; readers sum them."""

    __table_args__ = {"sqlite_with_rowid": False}

    colony_name: str = Field(primary_key=True, sa_type=Text)
    kind: int = Field(primary_key=True, sa_type=SmallInteger, sa_column_kwargs={"autoincrement": False})
    state: int = Field(primary_key=True, sa_type=SmallInteger, sa_column_kwargs={"autoincrement": False})
    server: int = Field(primary_key=True, sa_type=SmallInteger, sa_column_kwargs={"autoincrement": False})
    amount: int = Field(sa_type=BigInteger)


class Attribute(SQLModel, table=True):
    """A key and a value that belong to a process; the id is a hash of target, key and type."""

    __table_args__ = (Index("attribute_by_target", "target_id"),)

    attribute_id: str = Field(primary_key=True, sa_type=Text)
    target_id: str = Field(sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    workflow_id: str = Field(default="", sa_type=Text)
    state: int = Field(default=0, sa_type=SmallInteger)
    attribute_type: int = Field(sa_type=SmallInteger)
    key: str = Field(sa_type=Text)
    value: str = Field(sa_type=Text)
    position: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The attributes of a process are shown in the order in which they were added."""


class Log(SQLModel, table=True):
    """A piece of log text; `process_id` is empty for what an executor logs about itself."""

    __table_args__ = (
        Index("log_by_process", "process_id", "timestamp"),
        Index("log_by_executor", "colony_name", "executor_name", "timestamp"),
        Index("log_by_time", "colony_name", "timestamp"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_LONG_ID)
    process_id: str = Field(sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    executor_name: str = Field(sa_type=Text)
    timestamp: int = Field(sa_type=BigInteger)
    message: str = Field(sa_type=Text)
