"""What several servers on one database need."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    """Number the attributes of a process, and note when shapes were last used."""
    op.add_column("attribute", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "UPDATE attribute SET position = (SELECT count(*) FROM attribute AS earlier "
            "WHERE earlier.target_id = attribute.target_id AND earlier.rowid < attribute.rowid)"
        )
    op.add_column("shape", sa.Column("used_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("shape_by_use", "shape", ["used_at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        # Rows of the queue come and go all the time, and what is left of them slows down every claim.
        op.execute(
            "ALTER TABLE queue SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, "
            "autovacuum_vacuum_cost_delay = 0)"
        )
        # Room for the new versions of rows that are updated in place.
        op.execute("ALTER TABLE counter SET (fillfactor = 50)")
