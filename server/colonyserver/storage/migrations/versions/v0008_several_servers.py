"""What several servers on one database need."""

revision: str = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    """Create the tables."""
