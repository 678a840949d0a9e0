"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create every table, and the one row of `server`."""
    op.create_table(
        "attribute",
        sa.Column("attribute_id", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("attribute_type", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attribute_id"),
    )
    op.create_index("attribute_by_target", "attribute", ["target_id"], unique=False)
    op.create_table(
        "colony",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "counter",
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("server", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("colony_name", "kind", "state", "server"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "executor",
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("executor_id", sa.Text(), nullable=False),
        sa.Column("executor_type", sa.Text(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("requires_function_registration", sa.Boolean(), nullable=False),
        sa.Column("commissioned_at", sa.BigInteger(), nullable=True),
        sa.Column("last_heard_at", sa.BigInteger(), nullable=True),
        sa.Column("location_name", sa.Text(), nullable=False),
        sa.Column("capabilities_json", sa.Text(), nullable=False),
        sa.Column("allocations_json", sa.Text(), nullable=False),
        sa.Column("blueprint_id", sa.Text(), nullable=False),
        sa.Column("blueprint_generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("colony_name", "name"),
    )
    op.create_index("executor_by_identity", "executor", ["executor_id", "colony_name"], unique=False)
    op.create_index(
        "executor_is_unique",
        "executor",
        ["colony_name", "executor_id"],
        unique=True,
        sqlite_where=sa.text("state <> 3"),
        postgresql_where=sa.text("state <> 3"),
    )
    op.create_table(
        "function",
        sa.Column("function_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("executor_name", sa.Text(), nullable=False),
        sa.Column("executor_type", sa.Text(), nullable=False),
        sa.Column("func_name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("args_json", sa.Text(), nullable=False),
        sa.Column("location_name", sa.Text(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("min_wait_time", sa.Float(), nullable=False),
        sa.Column("max_wait_time", sa.Float(), nullable=False),
        sa.Column("total_wait_time", sa.Float(), nullable=False),
        sa.Column("min_exec_time", sa.Float(), nullable=False),
        sa.Column("max_exec_time", sa.Float(), nullable=False),
        sa.Column("total_exec_time", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("function_id"),
    )
    op.create_index("function_by_name", "function", ["colony_name", "executor_name", "func_name"], unique=False)
    op.create_table(
        "log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("executor_name", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("log_by_executor", "log", ["colony_name", "executor_name", "timestamp"], unique=False)
    op.create_index("log_by_process", "log", ["process_id", "timestamp"], unique=False)
    op.create_index("log_by_time", "log", ["colony_name", "timestamp"], unique=False)
    op.create_table(
        "process",
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("executor_type", sa.Text(), nullable=False),
        sa.Column("initiator_name", sa.Text(), nullable=False),
        sa.Column("initiator_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("func_name", sa.Text(), nullable=False),
        sa.Column("location_name", sa.Text(), nullable=False),
        sa.Column("executor_id", sa.Text(), nullable=False),
        sa.Column("executor_name", sa.Text(), nullable=False),
        sa.Column("is_assigned", sa.Boolean(), nullable=False),
        sa.Column("priority_time", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("wait_deadline", sa.BigInteger(), nullable=True),
        sa.Column("exec_deadline", sa.BigInteger(), nullable=True),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("max_wait_time", sa.BigInteger(), nullable=False),
        sa.Column("max_exec_time", sa.BigInteger(), nullable=False),
        sa.Column("max_retries", sa.BigInteger(), nullable=False),
        sa.Column("cpu", sa.BigInteger(), nullable=False),
        sa.Column("mem", sa.BigInteger(), nullable=False),
        sa.Column("shape_ids_json", sa.Text(), nullable=False),
        sa.Column("attribute_count", sa.Integer(), nullable=False),
        sa.Column("wait_for_parents", sa.Boolean(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=True),
        sa.Column("parents_json", sa.Text(), nullable=False),
        sa.Column("children_json", sa.Text(), nullable=False),
        sa.Column("spec_json", sa.Text(), nullable=False),
        sa.Column("input_json", sa.Text(), nullable=False),
        sa.Column("output_json", sa.Text(), nullable=False),
        sa.Column("errors_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("process_id"),
    )
    op.create_index(
        "process_by_due",
        "process",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("process_by_initiator", "process", ["colony_name", "state", "initiator_name", "rank"], unique=False)
    op.create_index(
        "process_by_label",
        "process",
        ["colony_name", "state", "label", "rank"],
        unique=False,
        sqlite_where=sa.text("label IS NOT NULL"),
        postgresql_where=sa.text("label IS NOT NULL"),
    )
    op.create_index("process_by_rank", "process", ["colony_name", "state", "rank"], unique=False)
    op.create_index("process_by_type", "process", ["colony_name", "state", "executor_type", "rank"], unique=False)
    op.create_index(
        "process_by_workflow",
        "process",
        ["workflow_id"],
        unique=False,
        sqlite_where=sa.text("workflow_id IS NOT NULL"),
        postgresql_where=sa.text("workflow_id IS NOT NULL"),
    )
    op.create_table(
        "queue",
        sa.Column("shape_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("priority_time", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("cpu", sa.BigInteger(), nullable=False),
        sa.Column("mem", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shape_id", "priority_time", "process_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "server",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "shape",
        sa.Column("shape_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("executor_type", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("location_name", sa.Text(), nullable=False),
        sa.Column("least_cpu", sa.BigInteger(), nullable=False),
        sa.Column("most_cpu", sa.BigInteger(), nullable=False),
        sa.Column("least_mem", sa.BigInteger(), nullable=False),
        sa.Column("most_mem", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shape_id"),
    )
    op.create_table(
        "user",
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("colony_name", "name"),
    )
    op.create_index("user_by_identity", "user", ["user_id", "colony_name"], unique=True)
    op.execute("INSERT INTO server (id, owner_id, checked_at) VALUES (1, '', 0)")
