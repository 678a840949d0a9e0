"""RUNNING processes leave the indexes of values."""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"

_INDEXES = {
    "process_by_type": ("executor_type", "state <> 1"),
    "process_by_initiator": ("initiator_name", "state <> 1"),
    "process_by_label": ("label", "label IS NOT NULL AND state <> 1"),
    "process_by_function": ("func_name", "state <> 1"),
    "process_by_executor": ("executor_name", "executor_name <> '' AND state <> 1"),
}


def upgrade() -> None:
    """Make the indexes anew, without those rows."""
    for name, (column, rows) in _INDEXES.items():
        op.drop_index(name, "process")
        op.create_index(
            name,
            "process",
            ["colony_name", "state", column, "rank"],
            unique=False,
            sqlite_where=sa.text(rows),
            postgresql_where=sa.text(rows),
        )
