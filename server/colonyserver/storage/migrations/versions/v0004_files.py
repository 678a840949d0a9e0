"""Files, snapshots and locations."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"

_PATH = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    _create_files()
    _create_snapshots()
    op.create_table(
        "location",
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("colony_name", "name"),
    )


def _create_files() -> None:
    op.create_table(
        "file",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("label", _PATH, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_newest", sa.Boolean(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("checksum_alg", sa.Text(), nullable=False),
        sa.Column("object_name", sa.Text(), nullable=False),
        sa.Column("ref_json", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
        sqlite_autoincrement=True,
    )
    op.create_index("file_by_id", "file", ["file_id"], unique=True)
    op.create_index("file_by_name", "file", ["colony_name", "label", "name", "sequence"], unique=False)
    newest = sa.text("is_newest")
    op.create_index(
        "file_newest",
        "file",
        ["colony_name", "label", "name"],
        unique=True,
        sqlite_where=newest,
        postgresql_where=newest,
    )
    op.create_table(
        "label",
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("name", _PATH, nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("names", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("colony_name", "name"),
    )


def _create_snapshots() -> None:
    op.create_table(
        "snapshot",
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id"),
    )
    op.create_index("snapshot_by_name", "snapshot", ["colony_name", "name"], unique=True)
    op.create_index("snapshot_by_time", "snapshot", ["colony_name", "added_at"], unique=False)
    op.create_table(
        "snapshot_file",
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("colony_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id", "file_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("snapshot_file_by_file", "snapshot_file", ["colony_name", "file_id"], unique=False)
