"""The schema and its history; `upgrade` brings a database to the newest revision."""

from pathlib import Path

from sqlalchemy import Connection, Engine

from colonyserver.storage.driver import driver_of, fetch, is_postgresql

NEWEST_REVISION = "0009"

_TABLES = {
    False: "SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'",
    True: "SELECT 1 FROM pg_tables WHERE tablename = 'alembic_version' AND schemaname = current_schema()",
}


def upgrade(engine: Engine, revision: str = NEWEST_REVISION) -> None:
    """Apply the revisions that the database lacks up to one of them, in one transaction."""
    with engine.connect() as connection:
        if revision_of(connection) == revision:
            return
        driver = driver_of(connection)
        driver.begin(alone=True)
        # Another server may have done it meanwhile, of those that start at once.
        if revision_of(connection) != revision:
            _apply(connection, revision)
        driver.commit()


def revision_of(connection: Connection) -> str:
    """The revision that a database is at; empty when it has no tables."""
    if not fetch(connection, _TABLES[is_postgresql(connection)]):
        return ""
    return str(fetch(connection, "SELECT version_num FROM alembic_version")[0][0])


def _apply(connection: Connection, revision: str) -> None:
    # alembic takes longer to import than everything else the server needs at start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
