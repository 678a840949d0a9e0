"""What submits workflows by itself: crons, and generators with their queues."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from colonyserver.storage.tables.partial import partial


class Cron(SQLModel, table=True):
    """A schedule. `due_at` is when to look at it next: its next run, or NULL while that waits for the previous one.

    `interval_seconds` is -1 where the expression counts.
    """

    __table_args__ = (
        Index("cron_by_name", "colony_name", "name", unique=True),
        Index("cron_by_due", "due_at", "colony_name"),
    )

    cron_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    initiator_id: str = Field(sa_type=Text)
    initiator_name: str = Field(sa_type=Text)
    cron_expression: str = Field(default="", sa_type=Text)
    interval_seconds: int = Field(sa_type=BigInteger)
    is_random: bool = False
    workflow_spec: str = Field(sa_type=Text)
    waits_for_previous: bool = False
    next_run_at: int = Field(sa_type=BigInteger)
    last_run_at: int | None = Field(default=None, sa_type=BigInteger)
    previous_workflow_id: str = Field(default="", sa_type=Text)
    due_at: int | None = Field(default=None, sa_type=BigInteger)


class Generator(SQLModel, table=True):
    """A generator. `due_at` is when its queue, as it is now, makes a workflow; NULL while it never does.

    Every one of the `root_count` roots of its workflow gets the arguments, so more roots mean fewer bytes of them.
    `next_position` is the place in the queue of the next argument; after a failure nothing happens before `retry_at`.
    """

    __table_args__ = (
        Index("generator_by_name", "colony_name", "name", unique=True),
        Index("generator_by_due", "due_at", **partial("due_at IS NOT NULL")),
    )

    generator_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    initiator_id: str = Field(sa_type=Text)
    initiator_name: str = Field(sa_type=Text)
    workflow_spec: str = Field(sa_type=Text)
    root_count: int
    threshold: int = Field(sa_type=BigInteger)
    timeout_seconds: int = Field(default=0, sa_type=BigInteger)
    first_packed_at: int | None = Field(default=None, sa_type=BigInteger)
    last_run_at: int | None = Field(default=None, sa_type=BigInteger)
    queue_size: int = Field(default=0, sa_type=BigInteger)
    queue_bytes: int = Field(default=0, sa_type=BigInteger)
    next_position: int = Field(default=0, sa_type=BigInteger)
    retry_at: int = Field(default=0, sa_type=BigInteger)
    due_at: int | None = Field(default=None, sa_type=BigInteger)


class GeneratorArgument(SQLModel, table=True):
    """One argument in the queue of a generator, lowest position first."""

    __tablename__ = "generator_argument"
    __table_args__ = {"sqlite_with_rowid": False}

    generator_id: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    colony_name: str = Field(sa_type=Text)
    arg: str = Field(sa_type=Text)
