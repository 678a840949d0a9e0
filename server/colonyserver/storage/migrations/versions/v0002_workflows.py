"""Workflows: the graphs that processes belong to."""

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Create the tables."""
