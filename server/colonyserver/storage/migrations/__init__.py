"""The schema and its history; `upgrade` brings a database to the newest revision."""

from pathlib import Path

from sqlalchemy import Engine

__all__ = ["upgrade"]


def upgrade(engine: Engine) -> None:
    """Apply the revisions that the database lacks, in one transaction."""
    # alembic takes longer to import than everything else the server needs at start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
