"""What the wire extensions keep."""

revision: str = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    """Create the tables."""
