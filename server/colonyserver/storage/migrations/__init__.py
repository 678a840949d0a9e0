"""The schema and its history; `upgrade` brings a database to the newest revision."""

from pathlib import Path

from sqlalchemy import Connection, Engine

from colonyserver.storage.driver import execute, fetch

NEWEST_REVISION = "0008"


def upgrade(engine: Engine) -> None:
    """Apply the revisions that the database lacks, in one transaction."""
    with engine.connect() as connection:
        if _revision(connection) == NEWEST_REVISION:
            return
        execute(connection, "BEGIN IMMEDIATE")
        _apply(connection)
        execute(connection, "COMMIT")


def _revision(connection: Connection) -> str:
    if not fetch(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'"):
        return ""
    return str(fetch(connection, "SELECT version_num FROM alembic_version")[0][0])


def _apply(connection: Connection) -> None:
    # alembic takes longer to import than everything else the server needs at start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
