"""Crons and generators."""

revision: str = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Create the tables."""
