"""What the wire extensions keep, and the indexes that their queries need."""

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    """Create the tables and the indexes."""
    op.create_table(
        "submission_key",
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("initiator_id", sa.Text(), nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("colony_name", "initiator_id", "client_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("submission_key_by_age", "submission_key", ["created_at"], unique=False)
    op.create_table(
        "seen_nonce",
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identity", "nonce"),
        sqlite_with_rowid=False,
    )
    op.create_index("seen_nonce_by_expiry", "seen_nonce", ["expires_at"], unique=False)
    op.create_table(
        "freshness_policy",
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("colony_name"),
    )
    op.create_index("process_by_function", "process", ["colony_name", "state", "func_name", "rank"], unique=False)
    op.create_index(
        "process_by_executor",
        "process",
        ["colony_name", "state", "executor_name", "rank"],
        unique=False,
        sqlite_where=sa.text("executor_name <> ''"),
        postgresql_where=sa.text("executor_name <> ''"),
    )
