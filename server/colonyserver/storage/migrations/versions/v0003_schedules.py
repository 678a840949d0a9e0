"""Crons and generators."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "cron",
        sa.Column("cron_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("initiator_id", sa.Text(), nullable=False),
        sa.Column("initiator_name", sa.Text(), nullable=False),
        sa.Column("cron_expression", sa.Text(), nullable=False),
        sa.Column("interval_seconds", sa.BigInteger(), nullable=False),
        sa.Column("is_random", sa.Boolean(), nullable=False),
        sa.Column("workflow_spec", sa.Text(), nullable=False),
        sa.Column("waits_for_previous", sa.Boolean(), nullable=False),
        sa.Column("next_run_at", sa.BigInteger(), nullable=False),
        sa.Column("last_run_at", sa.BigInteger(), nullable=True),
        sa.Column("previous_workflow_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("cron_id"),
    )
    op.create_index("cron_by_name", "cron", ["colony_name", "name"], unique=True)
    op.create_index("cron_by_due", "cron", ["due_at", "colony_name"], unique=False)
    op.create_table(
        "generator",
        sa.Column("generator_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("initiator_id", sa.Text(), nullable=False),
        sa.Column("initiator_name", sa.Text(), nullable=False),
        sa.Column("workflow_spec", sa.Text(), nullable=False),
        sa.Column("root_count", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("timeout_seconds", sa.BigInteger(), nullable=False),
        sa.Column("first_packed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_run_at", sa.BigInteger(), nullable=True),
        sa.Column("queue_size", sa.BigInteger(), nullable=False),
        sa.Column("queue_bytes", sa.BigInteger(), nullable=False),
        sa.Column("next_position", sa.BigInteger(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("generator_id"),
    )
    op.create_index("generator_by_name", "generator", ["colony_name", "name"], unique=True)
    op.create_index(
        "generator_by_due",
        "generator",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "generator_argument",
        sa.Column("generator_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("arg", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("generator_id", "position"),
        sqlite_with_rowid=False,
    )
