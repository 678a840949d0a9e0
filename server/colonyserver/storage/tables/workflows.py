"""Workflows: the graphs that processes belong to."""

from sqlalchemy import BigInteger, Index, SmallInteger, Text
from sqlmodel import Field, SQLModel


class Workflow(SQLModel, table=True):
    """A workflow, with the number of its members and of those that ended in each way, from which `state` follows.

    It changes with every member that ends, so that it is kept short; the counts never include one twice.
    """

    __table_args__ = (Index("workflow_by_state", "colony_name", "state", "submitted_at"),)

    workflow_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    initiator_id: str = Field(sa_type=Text)
    initiator_name: str = Field(sa_type=Text)
    state: int = Field(default=0, sa_type=SmallInteger)
    submitted_at: int = Field(sa_type=BigInteger)
    started_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    members: int
    successful: int = 0
    failed: int = 0
    cancelled: int = 0


class Hold(SQLModel, table=True):
    """A member that is held back, and how many of its parents have not ended well; gone when that is over.

    Apart from the process, whose row is as long as the list of its parents, because each of them counts it down.
    """

    process_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    unfinished_parents: int


class WorkflowMembers(SQLModel, table=True):
    """The ids of a workflow's members, depth first, and of those without parents; as the wire has them."""

    __tablename__ = "workflow_members"

    workflow_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    process_ids_json: str = Field(sa_type=Text)
    root_ids_json: str = Field(sa_type=Text)
