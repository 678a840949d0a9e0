"""What several servers on one database need."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    """Number the attributes of a process, and note when shapes were last used."""
    op.add_column("attribute", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE attribute SET position = rowid")
    op.add_column("shape", sa.Column("used_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("shape_by_use", "shape", ["used_at"], unique=False)
