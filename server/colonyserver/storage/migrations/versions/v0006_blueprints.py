"""Blueprints, their definitions and their history."""

revision: str = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    """Create the tables."""
