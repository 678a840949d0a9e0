"""Blueprints, their definitions and their history."""

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "blueprint_definition",
        sa.Column("definition_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("definition_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("definition_id"),
    )
    op.create_index("blueprint_definition_by_name", "blueprint_definition", ["colony_name", "name"], unique=True)
    op.create_index(
        "blueprint_definition_by_kind", "blueprint_definition", ["colony_name", "kind", "name"], unique=False
    )
    op.create_table(
        "blueprint",
        sa.Column("blueprint_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("location_name", sa.Text(), nullable=False),
        sa.Column("location_key", sa.Text(), nullable=False),
        sa.Column("blueprint_json", sa.Text(), nullable=False),
        sa.Column("status_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("blueprint_id"),
    )
    op.create_index("blueprint_by_name", "blueprint", ["colony_name", "name"], unique=True)
    op.create_index("blueprint_by_kind", "blueprint", ["colony_name", "kind", "name"], unique=False)
    op.create_table(
        "blueprint_history",
        sa.Column("history_id", sa.Text(), nullable=False),
        sa.Column("blueprint_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("spec_json", sa.Text(), nullable=False),
        sa.Column("status_json", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("change_type", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("history_id"),
    )
    op.create_index("blueprint_history_by_time", "blueprint_history", ["blueprint_id", "changed_at"], unique=False)
