"""`colony-server migrate`: bring a database to the revision that this version of the server works with."""

from colonyserver.commands.opening import held, reading
from colonyserver.storage import migrations


def migrate(url: str) -> str:
    """Apply the revisions that a database lacks; what was done, as a sentence. Raises DatabaseError."""
    with held(url) as engine:
        with engine.connect() as connection:
            before = migrations.revision_of(connection)
        migrations.upgrade(engine)
    if before == migrations.NEWEST_REVISION:
        return f"The database is at revision {before}, there is nothing to do."
    return f"The database was at revision {before or 'none'} and is at {migrations.NEWEST_REVISION} now."


def show_revision(url: str) -> str:
    """The revision of a database and the one that is wanted, as a sentence. Raises DatabaseError."""
    with reading(url) as connection:
        revision = migrations.revision_of(connection)
    return f"The database is at revision {revision or 'none'}, this version works with {migrations.NEWEST_REVISION}."
