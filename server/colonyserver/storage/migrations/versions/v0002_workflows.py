"""Workflows: the graphs that processes belong to."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Create the tables, and give processes their names as members."""
    op.create_table(
        "workflow",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("initiator_id", sa.Text(), nullable=False),
        sa.Column("initiator_name", sa.Text(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("successful", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workflow_id"),
    )
    op.create_index("workflow_by_state", "workflow", ["colony_name", "state", "submitted_at"], unique=False)
    op.create_table(
        "workflow_members",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("process_ids_json", sa.Text(), nullable=False),
        sa.Column("root_ids_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workflow_id"),
    )
    op.create_table(
        "hold",
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("unfinished_parents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("process_id"),
    )
    op.add_column("process", sa.Column("node_name", sa.Text(), nullable=False, server_default=""))
